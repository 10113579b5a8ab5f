using System.Diagnostics;
using Microsoft.Extensions.Time.Testing;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Kairos.Tests.Calls;

/// <summary>From a counter to a trace: exemplars by the SDK's own rules.</summary>
[Collection(Alone.Name)]
public sealed class ExemplarSpecs : IDisposable
{
    private readonly ActivitySource _source = new("test");
    private readonly SpanExporter _spans = new();
    private readonly ExemplarExporter _exemplars = new();
    private readonly TracerProvider _traces;
    private readonly MeterProvider _metrics;

    public ExemplarSpecs()
    {
        _traces = Sdk.CreateTracerProviderBuilder().AddKairosInstrumentation().AddSource("test")
            .AddProcessor(new SimpleActivityExportProcessor(_spans)).Build();
        _metrics = Sdk.CreateMeterProviderBuilder().AddKairosInstrumentation().SetExemplarFilter(ExemplarFilterType.TraceBased)
            .AddReader(new BaseExportingMetricReader(_exemplars)).Build();
    }

    [Fact]
    public async Task An_error_leads_to_the_trace_of_the_call_by_a_span_that_is_exported()
    {
        await using var system = await GuardedSystem.StartAsync(new FakeTimeProvider());
        ActivityTraceId trace;
        using (var caller = _source.StartActivity("caller")!)
        {
            trace = caller.TraceId;
            await system.Llm.FailAsync();
        }

        await system.SettleAsync();
        _metrics.ForceFlush();

        var (traceId, spanId) = Assert.Single(_exemplars.Seen);
        Assert.Equal(trace, traceId);
        Assert.Contains((traceId, spanId), _spans.Seen);
    }

    [Fact]
    public async Task An_error_outside_of_any_trace_has_no_exemplar()
    {
        await using var system = await GuardedSystem.StartAsync(new FakeTimeProvider());
        system.Llm.ReportError(Act.Broken);
        await system.SettleAsync();
        _metrics.ForceFlush();

        Assert.Empty(_exemplars.Seen);
    }

    [Fact]
    public async Task A_collection_leaves_the_current_span_as_it_was()
    {
        await using var system = await GuardedSystem.StartAsync(new FakeTimeProvider());
        using var caller = _source.StartActivity("caller")!;
        await system.Llm.FailAsync();
        await system.SettleAsync();

        _metrics.ForceFlush();

        Assert.Same(caller, Activity.Current);
        Assert.Single(_exemplars.Seen);
    }

    [Fact]
    public async Task While_nobody_collects_metrics_no_span_is_begun_that_nobody_would_end()
    {
        _metrics.Dispose();
        await using var system = await GuardedSystem.StartAsync(new FakeTimeProvider());
        using (_source.StartActivity("caller")!) await system.Llm.FailAsync();
        await system.SettleAsync();

        Assert.All(system.Kairos.MetricsOf("llm").Kinds, kind => Assert.Null(kind.Exemplar));
    }

    [Fact]
    public async Task The_span_of_a_component_that_is_removed_ends_with_it()
    {
        await using var system = await GuardedSystem.StartAsync(new FakeTimeProvider());
        using (_source.StartActivity("caller")!) await system.Llm.FailAsync();
        await system.SettleAsync();
        Assert.DoesNotContain(_spans.Names, name => name == "llm error");

        system.Kairos.Remove("llm");
        await system.Kairos.DrainAsync(CancellationToken.None).Soon();
        Assert.Contains(_spans.Names, name => name == "llm error");
    }

    public void Dispose()
    {
        _metrics.Dispose();
        _traces.Dispose();
        _source.Dispose();
    }

    private sealed class SpanExporter : BaseExporter<Activity>
    {
        public List<(ActivityTraceId, ActivitySpanId)> Seen { get; } = [];

        public List<string> Names { get; } = [];

        public override ExportResult Export(in Batch<Activity> batch)
        {
            foreach (var span in batch)
            {
                Seen.Add((span.TraceId, span.SpanId));
                Names.Add(span.DisplayName);
            }

            return ExportResult.Success;
        }
    }

    private sealed class ExemplarExporter : BaseExporter<Metric>
    {
        public List<(ActivityTraceId TraceId, ActivitySpanId SpanId)> Seen { get; } = [];

        public override ExportResult Export(in Batch<Metric> batch)
        {
            foreach (var metric in batch)
            {
                if (metric.Name == MetricNames.Errors) Read(metric);
            }

            return ExportResult.Success;
        }

        private void Read(Metric metric)
        {
            foreach (ref readonly var point in metric.GetMetricPoints())
            {
                if (!point.TryGetExemplars(out var exemplars)) continue;
                foreach (ref readonly var exemplar in exemplars) Seen.Add((exemplar.TraceId, exemplar.SpanId));
            }
        }
    }
}
