namespace Kairos.Host.Tests.RealParts.Scraping;

/// <summary>What Prometheus' own record of alerts tells.</summary>
internal static class Alerts
{
    private const string Firing = """ALERTS{alertstate="firing"}""";

    /// <summary>The names and components of all alerts that fired at any time, in order.</summary>
    public static async Task<string[]> FiredAlertsAsync(this PrometheusServer prometheus) =>
        NamesOf(await prometheus.QueryAsync($"count_over_time({Firing}[1h])"));

    /// <summary>Waits until exactly these alerts are firing.</summary>
    public static Task WaitForAlertsAsync(this PrometheusServer prometheus, params string[] alerts) =>
        prometheus.WaitForAsync(Firing, samples => NamesOf(samples).SequenceEqual(alerts));

    /// <summary>Waits until at least these alerts are firing.</summary>
    public static Task WaitForAlertsAmongOthersAsync(this PrometheusServer prometheus, params string[] alerts) =>
        prometheus.WaitForAsync(Firing, samples => !alerts.Except(NamesOf(samples)).Any());

    /// <summary>Waits until the rules have been able to look back at a host for longer than any of them does.</summary>
    public static Task WaitForALongStoryAsync(this PrometheusServer prometheus) =>
        prometheus.WaitForAsync(TimeLapse.Of("kairos_health_status offset 12m"), samples => samples.Count > 0);

    private static string[] NamesOf(IEnumerable<Sample> alerts) =>
        [.. alerts.Select(alert => $"{alert["alertname"]} {alert["component"]}".TrimEnd()).Distinct().Order(StringComparer.Ordinal)];
}
