using Kairos.TestUtilities;
using Kairos.TestUtilities.Collecting;

namespace Kairos.Host.Tests.Telemetry;

/// <summary>From an error in a journal to the trace in which it happened.</summary>
[Trait(Parts.Trait, Parts.Real)]
public sealed class TraceTests
{
    private const string Error =
        """{"component":"llm","event":"error","code":"timeout","verdict":"trip","trace_id":"4bf92f3577b34da6a3ce929d0e0e4736","span_id":"00f067aa0ba902b7"}""";

    [Fact]
    public async Task A_run_that_is_over_before_metrics_are_collected_loses_no_span()
    {
        await using var collector = await OtlpCollector.StartAsync();
        await using var host = ExportingHost.StartProgram(
            ("KAIROS_TELEMETRY_OTLP_ENDPOINT", collector.Grpc), ("KAIROS_TELEMETRY_METRICS_INTERVAL_SECONDS", "3600"));
        await host.FeedLineAsync(Error);
        await host.EndAsync();

        var spans = collector.Traces.Accepted.SelectMany(export => export.Message.ResourceSpans).SelectMany(r => r.ScopeSpans).SelectMany(s => s.Spans);
        Assert.Equal(["4bf92f3577b34da6a3ce929d0e0e4736 00f067aa0ba902b7"], spans.Select(span => $"{span.TraceId.ToHex()} {span.ParentSpanId.ToHex()}"));
    }

    [Fact]
    public async Task A_log_record_of_what_an_error_caused_leads_to_its_trace()
    {
        await using var collector = await OtlpCollector.StartAsync();
        await using var host = ExportingHost.StartProgram(("KAIROS_TELEMETRY_OTLP_ENDPOINT", collector.Grpc));
        await host.FeedLineAsync(Error);
        await host.EndAsync();

        var records = collector.Logs.Accepted.SelectMany(export => export.Message.ResourceLogs).SelectMany(r => r.ScopeLogs).SelectMany(s => s.LogRecords).ToList();
        Assert.NotEmpty(records);
        Assert.Contains(records, record => (record.TraceId.ToHex(), record.SpanId.ToHex()) == ("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"));
    }

    [Fact]
    public async Task The_standard_filter_of_exemplars_leads_from_a_counter_to_a_trace()
    {
        await using var collector = await OtlpCollector.StartAsync();
        await using var host = ExportingHost.StartProgram(("KAIROS_TELEMETRY_OTLP_ENDPOINT", collector.Grpc), ("OTEL_METRICS_EXEMPLAR_FILTER", "trace_based"));
        await host.FeedLineAsync(Error);
        await collector.Traces.WaitForAsync(_ => true, host.WaitTimeout);
        await host.EndAsync();

        var exemplars = collector.Metrics.Accepted.SelectMany(export => export.Message.ResourceMetrics).SelectMany(r => r.ScopeMetrics)
            .SelectMany(scope => scope.Metrics).Where(metric => metric.Name == "kairos.errors.total")
            .SelectMany(metric => metric.Sum.DataPoints).SelectMany(point => point.Exemplars);
        Assert.Contains(exemplars, exemplar => exemplar.TraceId.ToHex() == "4bf92f3577b34da6a3ce929d0e0e4736");
    }

    [Fact]
    public async Task The_standard_sampler_decides_which_spans_there_are()
    {
        await using var collector = await OtlpCollector.StartAsync();
        await using var host = ExportingHost.StartProgram(("KAIROS_TELEMETRY_OTLP_ENDPOINT", collector.Grpc), ("OTEL_TRACES_SAMPLER", "always_off"));
        await host.FeedLineAsync(Error);
        await host.FeedThousandsAsync(1);
        await collector.Metrics.WaitForAsync(received => ExportingHost.TotalOf(received) >= host.Fed, host.WaitTimeout);
        await host.EndAsync();

        Assert.Empty(collector.Traces.All);
    }
}
