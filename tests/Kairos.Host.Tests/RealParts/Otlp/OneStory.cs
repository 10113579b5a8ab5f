using System.Text.Json;
using Kairos.TestUtilities.Collecting;

namespace Kairos.Host.Tests.RealParts.Otlp;

/// <summary>A journal that moves everything that a host without callers of its own can show, and what must arrive of it.</summary>
internal static class OneStory
{
    private const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    private const string Span = "00f067aa0ba902b7";

    public const string Journal = $$"""
        {"component":"llm","event":"error","code":"timeout","recoverable":true,"message":"no answer","trace_id":"{{Trace}}","span_id":"{{Span}}"}
        {"component":"llm","event":"recovered","code":"timeout","recoverable":true}
        {"component":"llm","event":"success"}
        {"component":"llm","event":"error","code":"llm_error","recoverable":true}
        {"component":"llm","event":"error","code":"llm_error","recoverable":true}
        {"component":"llm","event":"error","code":"llm_error","recoverable":true}
        {"component":"llm","event":"error","code":"llm_error","recoverable":true}
        {"component":"llm","event":"error","code":"llm_error","recoverable":true}
        {"component":"memory","event":"health","status":"degraded"}
        {"component":"tools/search","event":"error","code":"invalid_input","recoverable":false}
        {"component":"tools/search","event":"isolate"}

        """;

    private static readonly SortedDictionary<string, string> Instruments = new(StringComparer.Ordinal)
    {
        ["kairos.errors.total"] = "counter {error}",
        ["kairos.errors.recovered"] = "counter {error}",
        ["kairos.errors.rate"] = "gauge",
        ["kairos.health.status"] = "gauge {status}",
        ["kairos.circuitbreaker.state"] = "gauge {state}",
        ["kairos.circuitbreaker.transitions"] = "counter {transition}",
        ["kairos.circuitbreaker.time"] = "counter s",
        ["kairos.telemetry.export.failures"] = "counter {export}",
    };

    private static readonly SortedDictionary<string, double> Values = new(StringComparer.Ordinal)
    {
        ["kairos.errors.total{component=llm,error.code=timeout,recoverable=true}"] = 1,
        ["kairos.errors.total{component=llm,error.code=llm_error,recoverable=true}"] = 5,
        ["kairos.errors.total{component=tools/search,error.code=invalid_input,recoverable=false}"] = 1,
        ["kairos.errors.recovered{component=llm,error.code=timeout,recoverable=true}"] = 1,
        ["kairos.errors.rate{component=llm}"] = 6,
        ["kairos.errors.rate{component=memory}"] = 0,
        ["kairos.errors.rate{component=tools}"] = 0,
        ["kairos.errors.rate{component=tools/search}"] = 1,
        ["kairos.health.status{component=llm}"] = 0,
        ["kairos.health.status{component=memory}"] = 1,
        ["kairos.health.status{component=tools}"] = 1,
        ["kairos.health.status{component=tools/search}"] = 0,
        ["kairos.circuitbreaker.state{component=llm}"] = 0,
        ["kairos.circuitbreaker.state{component=memory}"] = 2,
        ["kairos.circuitbreaker.state{component=tools}"] = 2,
        ["kairos.circuitbreaker.state{component=tools/search}"] = 0,
        ["kairos.circuitbreaker.transitions{component=llm,from=closed,reason=failures,to=open}"] = 1,
        ["kairos.circuitbreaker.transitions{component=tools/search,from=closed,reason=manual,to=open}"] = 1,
    };

    /// <summary>Whether some export has all the values.</summary>
    public static bool HasArrived(IReadOnlyList<JsonElement> requests) =>
        requests.Any(request => OtlpContent.Values(request) is var values && Values.All(value => values.GetValueOrDefault(value.Key, -1) == value.Value));

    /// <summary>Names, kinds, units, attributes and values of an export, and none beside them.</summary>
    public static void AssertMetrics(JsonElement request)
    {
        Assert.Equal(Instruments, OtlpContent.Instruments(request));
        var values = OtlpContent.Values(request);
        Assert.Equal(Values, values.Only([.. Values.Keys.Select(key => key[..key.IndexOf('{', StringComparison.Ordinal)])]));

        var failures = values.Only("kairos.telemetry.export.failures");
        Assert.Contains("kairos.telemetry.export.failures{signal=metrics}", failures.Keys);
        Assert.All(failures, failure => Assert.Equal(0, failure.Value));

        var times = values.Only("kairos.circuitbreaker.time");
        string[] components = ["llm", "memory", "tools", "tools/search"], states = ["closed", "half-open", "open"];
        Assert.Equal(
            components.SelectMany(component => states.Select(state => $"kairos.circuitbreaker.time{{component={component},state={state}}}")), times.Keys);
        Assert.All(components, component => Assert.InRange(
            times.Where(time => time.Key.Contains($"component={component},", StringComparison.Ordinal)).Sum(time => time.Value), 0.001, 60));

        var counters = new[] { request }.Metrics().Where(metric => metric.TryGetProperty("sum", out _)).Select(metric => metric.GetProperty("sum"));
        foreach (var point in counters.All("dataPoints"))
            Assert.InRange(OtlpContent.Number(point.GetProperty("startTimeUnixNano")), 1, OtlpContent.Number(point.GetProperty("timeUnixNano")));
    }

    /// <summary>The error that came with a trace has a span in that trace, beneath the span that it came with.</summary>
    public static void AssertSpans(IEnumerable<JsonElement> requests)
    {
        var scope = Assert.Single(requests.All("resourceSpans", "scopeSpans"));
        Assert.Equal("Kairos", scope.GetProperty("scope").GetProperty("name").GetString());
        var span = Assert.Single(scope.GetProperty("spans").EnumerateArray());
        Assert.Equal("llm error", span.GetProperty("name").GetString());
        Assert.Equal("STATUS_CODE_ERROR", span.GetProperty("status").GetProperty("code").GetString());
        Assert.Equal("no answer", span.GetProperty("status").GetProperty("message").GetString());
        Assert.Equal(
            [("component", "llm"), ("error.code", "timeout"), ("error.recoverable", "True"), ("error.type", "timeout")],
            OtlpContent.Attributes(span).Order());
        Assert.Equal((Trace, Span), (span.GetProperty("traceId").GetString(), span.GetProperty("parentSpanId").GetString()));
    }

    /// <summary>Transitions and changes of health are log records with attributes.</summary>
    public static void AssertLogs(IReadOnlyList<JsonElement> requests)
    {
        Assert.All(requests.All("resourceLogs", "scopeLogs"), scope => Assert.Equal("Kairos", scope.GetProperty("scope").GetProperty("name").GetString()));
        var transition = Records(requests).Single(record => record.GetProperty("body").GetString() == "llm circuit closed -> open (failures) #1");
        Assert.Equal((13, "Warning"), (transition.GetProperty("severityNumber").GetInt32(), transition.GetProperty("severityText").GetString()));
        Assert.Equal(
            [("Component", "llm"), ("From", "closed"), ("Reason", "failures"), ("Sequence", "1"), ("To", "open")],
            OtlpContent.Attributes(transition).Where(attribute => char.IsLetter(attribute.Key[0])).OrderBy(attribute => attribute.Key, StringComparer.Ordinal));
        var bodies = Records(requests).Select(record => record.GetProperty("body").GetString()).ToList();
        Assert.Contains("tools/search circuit closed -> open (manual) #1", bodies);
        Assert.Contains("memory health healthy -> degraded", bodies);
    }

    public static List<JsonElement> Records(IEnumerable<JsonElement> requests) => [.. requests.All("resourceLogs", "scopeLogs", "logRecords")];
}
