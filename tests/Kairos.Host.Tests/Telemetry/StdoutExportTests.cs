using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Kairos.Host.Tests.Processes;
using Kairos.TestUtilities.Collecting;

namespace Kairos.Host.Tests.Telemetry;

public sealed partial class StdoutExportTests
{
    private const string Journal =
        """
        {"component":"llm","event":"error","code":"llm_error","recoverable":true,"verdict":"trip"}
        {"component":"llm","event":"recovered","code":"llm_error","recoverable":true}
        """;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n" };

    [Fact]
    public async Task An_export_has_exactly_the_approved_shape()
    {
        var result = await HostProcess.RunAsync(new HostStart("run", "--events", "-"), Journal);

        Assert.Single(MetricValues.Exports(result.Output));
        Assert.Equal(JsonNode.Parse(result.Output)!.ToJsonString(Indented) + "\n", result.Output);
        var approved = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Telemetry", "export.approved.json"));
        Assert.Equal(approved, Normalize(result.Output));
        var times = Times().Matches(result.Output).Select(match => match.Groups[1].Value).ToList();
        Assert.All(times, time => Assert.Matches(@"^2\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", time));
    }

    [Fact]
    public async Task There_is_one_document_for_each_export_and_nothing_else()
    {
        await using var host = HostProcess.Start(new HostStart("run")
        {
            Variables = new Dictionary<string, string> { ["KAIROS_TELEMETRY_METRICS_INTERVAL_SECONDS"] = "0.2", ["KAIROS_SERVICE_NAME"] = "agent" },
        });
        await host.Output.WaitForAsync(output => MetricValues.Exports(output).Count >= 3, host.WaitTimeout);

        host.Signal(PosixSignal.SIGTERM);
        var result = await host.WaitForExitAsync();

        var exports = MetricValues.Exports(result.Output);
        Assert.Equal(result.Output, string.Concat(exports.Select(export => JsonNode.Parse(export.RootElement.GetRawText())!.ToJsonString(Indented) + "\n")));
        Assert.Equal(exports.Count, exports.Select(TimeOf).Distinct().Count());
        Assert.All(exports, export => Assert.Equal("agent", ResourceOf(export).GetProperty("service.name").GetString()));
    }

    /// <summary>Points in order of their attributes, because a component's place among the others is nobody's business; times and durations masked.</summary>
    private static string Normalize(string export)
    {
        var root = JsonNode.Parse(export)!;
        foreach (var metric in root["ResourceMetrics"]![0]!["ScopeMetrics"]![0]!["Metrics"]!.AsArray())
        {
            var data = (metric!["Sum"] ?? metric["Gauge"])!;
            var points = data["DataPoints"]!.AsArray().OrderBy(point => point!["Attributes"]!.ToJsonString(), StringComparer.Ordinal);
            data["DataPoints"] = new JsonArray([.. points.Select(Mask)]);
        }

        return root.ToJsonString(Indented) + "\n";
    }

    private static JsonNode Mask(JsonNode? point)
    {
        var masked = point!.DeepClone();
        foreach (var name in new[] { "StartTime", "Time" })
        {
            if (masked[name] is not null) masked[name] = "*";
        }

        if (masked["Attributes"]!["state"] is not null) masked["Value"] = "*";
        return masked;
    }

    private static string TimeOf(JsonDocument export) => Times().Match(export.RootElement.GetRawText()).Groups[1].Value;

    private static JsonElement ResourceOf(JsonDocument export) =>
        export.RootElement.GetProperty("ResourceMetrics")[0].GetProperty("Resource").GetProperty("Attributes");

    [GeneratedRegex("Time\": \"([^\"]*)\"")]
    private static partial Regex Times();
}
