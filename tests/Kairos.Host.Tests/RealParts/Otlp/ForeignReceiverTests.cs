using System.Text;
using System.Text.Json;
using Kairos.Host.Tests.Journal;
using Kairos.Host.Tests.Processes;
using Kairos.Host.Tests.RealParts.Tools;
using Kairos.TestUtilities;
using Kairos.TestUtilities.Collecting;

namespace Kairos.Host.Tests.RealParts.Otlp;

/// <summary>What a receiver by others understands of what the host sends, by either protocol and for all three signals.</summary>
[Trait(Parts.Trait, Parts.Real)]
public sealed class ForeignReceiverTests
{
    [FactWithOtlpServer]
    public Task By_grpc_all_three_signals_are_understood() => AllSignalsAreUnderstoodAsync(
        "grpc",
        server => server.Grpc,
        [
            "/opentelemetry.proto.collector.logs.v1.LogsService/Export",
            "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export",
            "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
        ]);

    [FactWithOtlpServer]
    public Task By_http_protobuf_all_three_signals_are_understood() =>
        AllSignalsAreUnderstoodAsync("http/protobuf", server => $"http://{server.Http}", ["/v1/logs", "/v1/metrics", "/v1/traces"]);

    [FactWithOtlpServer]
    public async Task The_totals_of_whole_journals_arrive()
    {
        foreach (var journal in JournalFile.Names.Select(name => new JournalFile(name)))
        {
            await using var server = await OtlpServer.StartAsync();

            var result = await HostProcess.RunAsync(Start("http/protobuf", $"http://{server.Http}", "--events", journal.Path, "--speed", "200"));

            Assert.Equal(0, result.ExitCode);
            var exports = await server.WaitForAsync("metrics", exports => exports.Any(export => Counted(export).SequenceEqual(journal.Totals())));
            Assert.Equal(journal.Totals(), Counted(exports[^1]));
        }
    }

    private static async Task AllSignalsAreUnderstoodAsync(string protocol, Func<OtlpServer, string> endpoint, string[] paths)
    {
        await using var server = await OtlpServer.StartAsync();
        await using var host = HostProcess.Start(Start(protocol, endpoint(server), "--events", "-"));
        await host.Input.WriteAsync(Encoding.UTF8.GetBytes(OneStory.Journal), host.WaitTimeout);
        await host.Input.FlushAsync(host.WaitTimeout);

        // The span of an error ends with the collection that shows the error: only then is there something to send when the host stops.
        await server.WaitForAsync("metrics", OneStory.HasArrived);
        host.CloseInput();
        Assert.Equal(0, (await host.WaitForExitAsync()).ExitCode);

        var spans = (await server.WaitForAsync("traces", requests => requests.Count > 0)).ToList();
        var logs = await server.WaitForAsync("logs", requests => OneStory.Records(requests).Count >= 5);
        Assert.Equal(paths, server.Received("request").Select(request => request.GetProperty("path").GetString()!).Distinct().Order(StringComparer.Ordinal));
        OneStory.AssertMetrics(server.Received("metrics")[^1]);
        OneStory.AssertSpans(spans);
        OneStory.AssertLogs(logs);
        // What is collected while the host still starts carries nothing, and is nobody's.
        var metrics = server.Received("metrics").All("resourceMetrics").Where(resource => resource.TryGetProperty("scopeMetrics", out _));
        foreach (var resource in metrics.Concat(spans.All("resourceSpans")).Concat(logs.All("resourceLogs")))
        {
            Assert.Equal("agent", resource.GetProperty("resource").Attribute("service.name"));
            Assert.Equal("0.9.0", resource.GetProperty("resource").Attribute("service.version"));
            Assert.Equal("host-1", resource.GetProperty("resource").Attribute("service.instance.id"));
        }
    }

    private static SortedDictionary<string, double> Counted(JsonElement export) =>
        OtlpContent.Values(export).Only("kairos.errors.total", "kairos.errors.recovered");

    private static HostStart Start(string protocol, string endpoint, params string[] arguments) => new(["run", .. arguments])
    {
        Variables = new Dictionary<string, string>
        {
            ["KAIROS_TELEMETRY_EXPORTER"] = "otlp",
            ["KAIROS_TELEMETRY_OTLP_PROTOCOL"] = protocol,
            ["KAIROS_TELEMETRY_OTLP_ENDPOINT"] = endpoint,
            ["KAIROS_TELEMETRY_METRICS_INTERVAL_SECONDS"] = "0.2",
            ["KAIROS_SERVICE_NAME"] = "agent",
            ["KAIROS_SERVICE_INSTANCE_ID"] = "host-1",
        },
    };
}
