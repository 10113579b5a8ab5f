using Kairos.Host.Tests.RealParts.Tools;
using Kairos.TestUtilities;

namespace Kairos.Host.Tests.RealParts.Scraping;

/// <summary>A host on an ordinary day, which then is gone, and comes back.</summary>
[Trait(Parts.Trait, Parts.Real)]
public sealed class QuietHostTests
{
    [FactWithPrometheus]
    public async Task A_quiet_host_raises_no_alert_one_that_is_gone_raises_one_and_its_return_none()
    {
        var journal = Journals.Of(OrdinaryDay);
        await using var host = await ScrapedHost.PlayAsync(journal, TimeLapse.Speed);
        await using var prometheus = await PrometheusServer.StartAsync(isTimeLapse: true, host.Port);
        await prometheus.WaitForALongStoryAsync();
        Assert.Empty(await prometheus.FiredAlertsAsync());
        Assert.All(await prometheus.QueryAsync("component:kairos_health_status:min"), health => Assert.Equal(2, health.Value));
        Assert.Contains(await prometheus.QueryAsync("component:kairos_errors:increase5m"), errors => errors.Value > 0);

        await host.StopAsync();
        await prometheus.WaitForAlertsAsync("KairosNoData");
        Assert.Empty(await prometheus.QueryAsync("kairos_health_status"));

        await using var again = await ScrapedHost.PlayAsync(journal, TimeLapse.Speed, host.Port);
        await prometheus.WaitForAsync("instance:kairos_returned:5m", samples => samples.Count == 1);
        await prometheus.WaitForAsync("ALERTS", samples => samples.Count == 0);
        await prometheus.WaitForAsync("instance:kairos_returned:5m", samples => samples.Count == 0);
        Assert.Equal(["KairosNoData"], await prometheus.FiredAlertsAsync());
    }

    /// <summary>Calls succeed; once a minute one fails, is tried again and succeeds.</summary>
    private static IEnumerable<string> OrdinaryDay(int second)
    {
        if (second % 3 == 0) yield return """{"component":"llm","event":"success","duration_ms":900}""";
        if (second % 5 == 0) yield return """{"component":"memory","event":"success","duration_ms":6}""";
        if (second % 7 == 0) yield return """{"component":"tools/search","event":"success","duration_ms":300}""";
        if (second % 60 != 30) yield break;
        yield return """{"component":"llm","event":"error","code":"timeout","recoverable":true}""";
        yield return """{"component":"llm","event":"recovered","code":"timeout","recoverable":true}""";
    }
}
