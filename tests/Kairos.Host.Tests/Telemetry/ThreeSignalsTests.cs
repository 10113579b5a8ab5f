using Kairos.Host.Tests.Processes;
using Kairos.TestUtilities.Collecting;
using Kairos.TestUtilities.Collecting.Wire;

namespace Kairos.Host.Tests.Telemetry;

/// <summary>One run of the host, and all that a collector learns of it.</summary>
[Collection(HostRun.Spans)]
public sealed class ThreeSignalsTests
{
    private const string TraceId = "4bf92f3577b34da6a3ce929d0e0e4736";
    private const string SpanId = "00f067aa0ba902b7";

    private static readonly string[] Journal =
    [
        """{"component":"llm","event":"success","duration_ms":812}""",
        $$"""{"component":"llm","event":"error","code":"timeout","recoverable":true,"message":"no answer in 100 s","trace_id":"{{TraceId}}","span_id":"{{SpanId}}"}""",
        """{"component":"llm","event":"recovered","code":"timeout","recoverable":true}""",
        """{"component":"llm","event":"recovered","code":"timeout","recoverable":true,"count":2}""",
        """{"component":"llm","event":"error","code":"unauthorized","verdict":"trip","message":"401 from the provider"}""",
        """{"component":"memory","event":"health","status":"degraded","message":"compaction running"}""",
        """{"component":"tools/search","event":"isolate"}""",
        """{"component":"tools/search","event":"reset"}""",
    ];

    [Theory]
    [InlineData("grpc")]
    [InlineData("http/protobuf")]
    public async Task All_three_arrive_from_one_and_the_same_host(string protocol)
    {
        await using var collector = await OtlpCollector.StartAsync();
        await RunAsync(collector, protocol);

        var (metrics, traces, logs) = (collector.Metrics.All, collector.Traces.All, collector.Logs.All);
        Assert.All(metrics, export => Assert.Equal(protocol == "grpc" ? "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export" : "/v1/metrics", export.Path));
        Assert.All(traces, export => Assert.Equal(protocol == "grpc" ? "/opentelemetry.proto.collector.trace.v1.TraceService/Export" : "/v1/traces", export.Path));
        Assert.All(logs, export => Assert.Equal(protocol == "grpc" ? "/opentelemetry.proto.collector.logs.v1.LogsService/Export" : "/v1/logs", export.Path));
        var resources = metrics.SelectMany(export => export.Message.ResourceMetrics).Where(resource => resource.ScopeMetrics.Count > 0)
            .Select(resource => resource.Resource)
            .Concat(traces.SelectMany(export => export.Message.ResourceSpans).Select(resource => resource.Resource))
            .Concat(logs.SelectMany(export => export.Message.ResourceLogs).Select(resource => resource.Resource));
        var resource = Assert.Single(resources.Select(resource => string.Join(';', resource.Attributes.ToTexts())).Distinct());
        Assert.Contains("[service.instance.id, ", resource, StringComparison.Ordinal);

        AssertMetrics(metrics[^1].Message);
        AssertSpan(Assert.Single(traces.SelectMany(export => export.Message.ResourceSpans).SelectMany(resource => resource.ScopeSpans)));
        AssertLogs([.. logs.SelectMany(export => export.Message.ResourceLogs).SelectMany(resource => resource.ScopeLogs)]);
    }

    /// <summary>A collection of metrics is waited for, because it ends the spans of errors.</summary>
    private static async Task RunAsync(OtlpCollector collector, string protocol)
    {
        await using var host = ExportingHost.Start(
            ("KAIROS_TELEMETRY_OTLP_ENDPOINT", protocol == "grpc" ? collector.Grpc : collector.Http), ("KAIROS_TELEMETRY_OTLP_PROTOCOL", protocol));
        foreach (var line in Journal) await host.FeedLineAsync(line);
        await collector.Metrics.WaitForAsync(
            received => MetricValues.Of(received.Message).ContainsKey("kairos.reports.refused{reason=nothing_to_recover}"), host.WaitTimeout);
        await host.EndAsync();
    }

    private static void AssertMetrics(ExportMetricsServiceRequest export)
    {
        var scope = Assert.Single(Assert.Single(export.ResourceMetrics).ScopeMetrics);
        Assert.Equal(("Kairos", "0.9.0"), (scope.Scope.Name, scope.Scope.Version));
        Assert.Equal(
            [
                "kairos.circuitbreaker.state Gauge {state}",
                "kairos.circuitbreaker.time Sum Cumulative s",
                "kairos.circuitbreaker.transitions Sum Cumulative {transition}",
                "kairos.errors.rate Gauge ",
                "kairos.errors.recovered Sum Cumulative {error}",
                "kairos.errors.total Sum Cumulative {error}",
                "kairos.health.status Gauge {status}",
                "kairos.reports.refused Sum Cumulative {report}",
                "kairos.telemetry.export.failures Sum Cumulative {export}",
            ],
            scope.Metrics.Select(DescriptionOf).Order(StringComparer.Ordinal));
        Assert.All(scope.Metrics, metric => Assert.True(metric.Sum?.IsMonotonic ?? true, metric.Name));

        var values = MetricValues.Of(export);
        var times = values.Only("kairos.circuitbreaker.time");
        Assert.Equal(4 * 3, times.Count);
        Assert.All(times.Values, seconds => Assert.InRange(seconds, 0, 60));
        Assert.InRange(times["kairos.circuitbreaker.time{component=llm,state=open}"], double.Epsilon, 60);
        Assert.Equal(Expected(), values.Where(value => !times.ContainsKey(value.Key)).Where(value => !value.Key.Contains("signal=", StringComparison.Ordinal)));
        Assert.Equal(0, values["kairos.telemetry.export.failures{signal=metrics}"]);
        Assert.Equal(0, values["kairos.telemetry.export.failures{signal=traces}"]);
    }

    private static SortedDictionary<string, double> Expected() => new(StringComparer.Ordinal)
    {
        ["kairos.circuitbreaker.state{component=llm}"] = 0,
        ["kairos.circuitbreaker.state{component=memory}"] = 2,
        ["kairos.circuitbreaker.state{component=tools/search}"] = 2,
        ["kairos.circuitbreaker.state{component=tools}"] = 2,
        ["kairos.circuitbreaker.transitions{component=llm,from=closed,reason=unauthorized,to=open}"] = 1,
        ["kairos.circuitbreaker.transitions{component=tools/search,from=closed,reason=manual,to=open}"] = 1,
        ["kairos.circuitbreaker.transitions{component=tools/search,from=open,reason=manual,to=closed}"] = 1,
        ["kairos.errors.rate{component=llm}"] = 2,
        ["kairos.errors.rate{component=memory}"] = 0,
        ["kairos.errors.rate{component=tools/search}"] = 0,
        ["kairos.errors.rate{component=tools}"] = 0,
        ["kairos.errors.recovered{component=llm,error.code=timeout,recoverable=true}"] = 1,
        ["kairos.errors.total{component=llm,error.code=timeout,recoverable=true}"] = 1,
        ["kairos.errors.total{component=llm,error.code=unauthorized,recoverable=false}"] = 1,
        ["kairos.health.status{component=llm}"] = 0,
        ["kairos.health.status{component=memory}"] = 1,
        ["kairos.health.status{component=tools/search}"] = 0, // it improves only after it has held for a while
        ["kairos.health.status{component=tools}"] = 1,
        ["kairos.reports.refused{reason=nothing_to_recover}"] = 2,
    };

    private static string DescriptionOf(Metric metric)
    {
        var temporality = metric.DataCase == Metric.DataOneofCase.Sum ? $" {metric.Sum.AggregationTemporality}" : "";
        return $"{metric.Name} {metric.DataCase}{temporality} {metric.Unit}";
    }

    private static void AssertSpan(ScopeSpans scope)
    {
        Assert.Equal(("Kairos", "0.9.0"), (scope.Scope.Name, scope.Scope.Version));
        var span = Assert.Single(scope.Spans);
        Assert.Equal((TraceId, SpanId), (span.TraceId.ToHex(), span.ParentSpanId.ToHex()));
        Assert.Equal(("llm error", Span.Types.Kind.Internal), (span.Name, span.Kind));
        Assert.Equal((Span.Types.Status.Types.Code.Error, "no answer in 100 s"), (span.Status.Code, span.Status.Message));
        Assert.Equal(
            new SortedDictionary<string, string>
            {
                ["component"] = "llm",
                ["error.code"] = "timeout",
                ["error.recoverable"] = "bool True",
                ["error.type"] = "timeout",
            },
            span.Attributes.ToTexts());
        Assert.NotEqual(SpanId, span.SpanId.ToHex());
        Assert.InRange(span.StartTimeUnixNano, 1UL, span.EndTimeUnixNano);
    }

    private static void AssertLogs(List<ScopeLogs> scopes)
    {
        Assert.All(scopes, scope => Assert.Equal("Kairos", scope.Scope.Name));
        var records = scopes.SelectMany(scope => scope.LogRecords).ToList();
        string[] expected =
        [
            "Warn Warning CircuitChanged: llm circuit closed -> open (unauthorized) #1",
            "Warn Warning HealthChanged: llm health healthy -> unhealthy",
            "Info Information HealthChanged: memory health healthy -> degraded",
            "Warn Warning CircuitChanged: tools/search circuit closed -> open (manual) #1",
            "Info Information CircuitChanged: tools/search circuit open -> closed (manual) #2",
            "Warn Warning Refused: A report for 'llm' was refused (nothing_to_recover); further ones for this reason are counted only",
        ];
        var told = records.Select(r => $"{r.SeverityNumber} {r.SeverityText} {r.EventName}: {r.Body.StringValue}").ToList();
        Assert.All(expected, record => Assert.Contains(record, told));
        var opening = records.Single(record => record.Body.StringValue == "llm circuit closed -> open (unauthorized) #1");
        var attributes = opening.Attributes.ToTexts();
        Assert.Equal(("llm", "closed", "open"), (attributes["Component"], attributes["From"], attributes["To"]));
        Assert.Equal(("unauthorized", "int 1"), (attributes["Reason"], attributes["Sequence"]));
        Assert.InRange(opening.TimeUnixNano, 1UL, ulong.MaxValue);
    }
}
