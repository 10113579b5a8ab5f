using Kairos.Host.Tests.RealParts.Tools;
using Kairos.TestUtilities;

namespace Kairos.Host.Tests.RealParts.Scraping;

/// <summary>A language model that is down, and everything else well: who is woken, and by what.</summary>
[Trait(Parts.Trait, Parts.Real)]
public sealed class OutageTests
{
    [FactWithPrometheus]
    public async Task An_outage_of_a_component_raises_the_alerts_that_are_meant_for_it_and_no_others()
    {
        await using var host = await ScrapedHost.PlayAsync(Journals.Of(Outage), TimeLapse.Speed);
        await using var prometheus = await PrometheusServer.StartAsync(isTimeLapse: true, host.Port);
        string[] meant = ["KairosCircuitOpen llm", "KairosErrorSpike llm", "KairosRecoveryLow llm", "KairosUnhealthy llm"];

        await prometheus.WaitForAlertsAsync(meant);
        await prometheus.WaitForALongStoryAsync();

        Assert.Equal(meant, await prometheus.FiredAlertsAsync());
        var spike = (await prometheus.GetAsync("/api/v1/alerts")).GetProperty("alerts").EnumerateArray()
            .First(alert => alert.GetProperty("labels").GetProperty("alertname").GetString() == "KairosErrorSpike");
        Assert.Equal("critical", spike.GetProperty("labels").GetProperty("severity").GetString());
        Assert.Equal("More than 10 errors a minute in llm", spike.GetProperty("annotations").GetProperty("summary").GetString());
        Assert.Equal("docs/operating.md#kairoserrorspike", spike.GetProperty("annotations").GetProperty("runbook").GetString());
    }

    /// <summary>The model fails every two seconds, and one in ten errors recovers; memory and tools answer.</summary>
    private static IEnumerable<string> Outage(int second)
    {
        if (second % 2 == 0) yield return """{"component":"llm","event":"error","code":"timeout","recoverable":true}""";
        if (second % 20 == 0) yield return """{"component":"llm","event":"recovered","code":"timeout","recoverable":true}""";
        if (second % 5 == 0) yield return """{"component":"memory","event":"success","duration_ms":6}""";
        if (second % 7 == 0) yield return """{"component":"tools/search","event":"success","duration_ms":300}""";
    }
}
