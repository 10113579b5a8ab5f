using Kairos.Host.Tests.RealParts.Tools;
using Kairos.TestUtilities;
using Kairos.TestUtilities.Processes;

namespace Kairos.Host.Tests.RealParts.Scraping;

/// <summary>What Prometheus' own checker says of <c>/metrics</c>.</summary>
[Collection(TroubledWorld.Name)]
[Trait(Parts.Trait, Parts.Real)]
public sealed class MetricsPageTests(TroubledWorld world)
{
    // The names are those of the export guide, to the letter, so that its queries work as they stand. Prometheus would have counters end in
    // _total, which only kairos_errors_total does; it warns and takes them all the same. Nothing else may be found.
    private static readonly string[] Found =
    [
        "kairos_calls counter metrics should have \"_total\" suffix",
        "kairos_calls_rejected counter metrics should have \"_total\" suffix",
        "kairos_calls_retries counter metrics should have \"_total\" suffix",
        "kairos_circuitbreaker_time counter metrics should have \"_total\" suffix",
        "kairos_circuitbreaker_transitions counter metrics should have \"_total\" suffix",
        "kairos_component_restarts counter metrics should have \"_total\" suffix",
        "kairos_errors_recovered counter metrics should have \"_total\" suffix",
        "kairos_reports_refused counter metrics should have \"_total\" suffix",
        "kairos_telemetry_export_failures counter metrics should have \"_total\" suffix",
    ];

    [FactWithPrometheus]
    public async Task Promtool_finds_nothing_but_names_that_were_chosen()
    {
        Assert.Equal(2, world.Pages.Count);
        using var client = new HttpClient();
        var found = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var port in world.Pages)
        {
            var page = await client.GetStringAsync($"http://localhost:{port}/metrics");
            Assert.Contains("# TYPE kairos_health_status gauge\n", page, StringComparison.Ordinal);
            var (_, output, errors) = await OutsideTool.Promtool.RunAsync(page, "check", "metrics");
            found.UnionWith((output + errors).Split('\n', StringSplitOptions.RemoveEmptyEntries));
        }

        Assert.Equal(Found, found);
    }
}
