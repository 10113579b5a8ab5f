using Kairos.TestUtilities.Collecting;

namespace Kairos.Host.Tests.Telemetry;

/// <summary>Somebody reads /metrics all the time while exports go out: neither takes anything from the other.</summary>
public sealed class TwoReadersTests
{
    private const string ErrorsOnPage = "kairos_errors_total{component=\"llm\",error_code=\"timeout\",recoverable=\"true\"}";

    [Theory]
    [InlineData("cumulative")]
    [InlineData("delta")]
    public async Task Every_export_and_every_page_is_whole(string temporality)
    {
        await using var collector = await OtlpCollector.StartAsync();
        using var page = new MetricsPage();
        await using var host = ExportingHost.Start(
        [
            ("KAIROS_TELEMETRY_OTLP_ENDPOINT", collector.Grpc),
            ("KAIROS_TELEMETRY_METRICS_INTERVAL_SECONDS", "0.01"),
            ("KAIROS_TELEMETRY_METRICS_TEMPORALITY", temporality),
            .. page.Variables,
        ]);
        await host.FeedThousandsAsync(1);
        await host.Process.WaitForErrorsAsync("is running");
        await page.WaitForAsync(ErrorsOnPage, 1, host.WaitTimeout);
        await collector.Metrics.WaitForAsync(received => ExportingHost.TotalOf(received) > 0, host.WaitTimeout);
        var pages = new List<double>();
        for (var read = 0; read < 200; read++)
        {
            if (read % 10 == 0) await host.FeedThousandsAsync(1);
            pages.Add(MetricsPage.ValuesOf(await page.ReadAsync(host.WaitTimeout)).GetValueOrDefault(ErrorsOnPage));
        }

        await collector.Metrics.WaitForAllAsync(_ => (temporality == "delta" ? Totals().Sum() : Totals()[^1]) >= host.Fed, host.WaitTimeout);

        var totals = Totals();
        if (temporality == "delta") Assert.Equal(host.Fed, totals.Sum());
        else Assert.Equal(totals.Order(), totals);
        Assert.Equal(pages.Order(), pages);
        await host.EndAsync();

        List<double> Totals() => [.. collector.Metrics.Accepted.Select(ExportingHost.TotalOf).SkipWhile(total => total == 0)];
    }
}
