using Kairos.Host.Tests.Processes;
using Kairos.TestUtilities.Collecting;

namespace Kairos.Host.Tests.Telemetry;

/// <summary>How an operator learns that telemetry does not arrive.</summary>
[Collection(HostRun.Spans)]
public sealed class ExportFailureTests
{
    [Theory]
    [InlineData("metrics")]
    [InlineData("traces")]
    [InlineData("logs")]
    public async Task Failed_exports_of_each_signal_are_counted_and_said_once(string signal)
    {
        await using var collector = await OtlpCollector.StartAsync();
        collector.Behaviour = Behaviour.Unavailable;
        using var page = new MetricsPage();
        await using var host = ExportingHost.Start([("KAIROS_TELEMETRY_OTLP_ENDPOINT", collector.Grpc), .. page.Variables]);
        await host.FeedLineAsync(ExportingHost.TracedError);
        await host.WaitUntilTakenInAsync();

        await host.Process.WaitForErrorsAsync($"an export of {signal} failed");
        var values = MetricsPage.ValuesOf(await page.ReadAsync(host.WaitTimeout));
        var result = await host.EndAsync();

        Assert.InRange(values[$"kairos_telemetry_export_failures{{signal=\"{signal}\"}}"], 1, double.MaxValue);
        Assert.Equal(2, result.Errors.Split($"an export of {signal} failed").Length);
    }

    [Fact]
    public async Task Whatever_is_exported_says_where_it_comes_from_from_the_first_export_on()
    {
        await using var collector = await OtlpCollector.StartAsync();
        await using var host = ExportingHost.StartProgram(
            ("KAIROS_TELEMETRY_OTLP_ENDPOINT", collector.Grpc), ("KAIROS_TELEMETRY_METRICS_INTERVAL_SECONDS", "0.01"));
        await host.FeedThousandsAsync(1);
        await host.WaitForWholeTotalAsync(collector);
        await host.EndAsync();

        // The SDK's reader begins before its provider is whole, and an export of that moment is empty.
        var exported = collector.Metrics.All.SelectMany(received => received.Message.ResourceMetrics).Where(of => of.ScopeMetrics.Count > 0).ToList();
        Assert.NotEmpty(exported);
        Assert.All(exported, of => Assert.Equal("kairos", of.Resource.Attributes.ToTexts().GetValueOrDefault("service.name")));
    }
}
