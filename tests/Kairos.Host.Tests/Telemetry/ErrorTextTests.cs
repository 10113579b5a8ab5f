using Kairos.Host.Tests.Processes;
using Kairos.TestUtilities.Collecting;

namespace Kairos.Host.Tests.Telemetry;

/// <summary>What errors say is without end, and may hold what is nobody's business: it leads no metric into a series of its own.</summary>
[Collection(HostRun.Spans)]
public sealed class ErrorTextTests
{
    private const string Text = "Text-Of-The-Error";

    private static readonly string[] Journal =
    [
        $$"""{"component":"llm","event":"error","code":"llm_error","recoverable":true,"message":"{{Text}}","trace_id":"4bf92f3577b34da6a3ce929d0e0e4736","span_id":"00f067aa0ba902b7"}""",
        $$"""{"component":"llm","event":"error","code":"unauthorized","verdict":"trip","message":"{{Text}} 2"}""",
        $$"""{"component":"memory","event":"health","status":"unhealthy","message":"{{Text}} 3"}""",
    ];

    [Theory]
    [InlineData("otlp")]
    [InlineData("stdout")]
    public async Task No_metric_tells_it(string exporter)
    {
        await using var collector = await OtlpCollector.StartAsync();
        using var page = new MetricsPage();
        await using var host = ExportingHost.Start(
            [("KAIROS_TELEMETRY_EXPORTER", exporter), ("KAIROS_TELEMETRY_OTLP_ENDPOINT", collector.Grpc), .. page.Variables]);
        foreach (var line in Journal) await host.FeedLineAsync(line);
        await host.WaitUntilTakenInAsync();
        await page.WaitForAsync("kairos_errors_total{component=\"llm\",error_code=\"unauthorized\",recoverable=\"false\"}", 1, host.WaitTimeout);
        var shown = await page.ReadAsync(host.WaitTimeout);
        await host.FeedThousandsAsync(1);
        if (exporter == "otlp") await host.WaitForWholeTotalAsync(collector);
        host.Process.CloseInput();
        var result = await host.Process.WaitForExitAsync();

        Assert.DoesNotContain(Text, result.Output + shown, StringComparison.Ordinal);
        Assert.All(collector.Metrics.All, received => Assert.False(received.Message.Holds(Text)));
        if (exporter == "otlp") Assert.Contains(collector.Traces.All, received => received.Message.Holds(Text)); // so it is looked for rightly
        if (exporter == "stdout") Assert.Contains("\"kairos.errors.total\"", result.Output, StringComparison.Ordinal);
    }
}
