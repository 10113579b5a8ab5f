namespace Kairos.Host.Tests.RealParts.Scraping;

/// <summary>
/// The queries that the export guide of Kairos gives to operators, as they must be written to mean what the guide says. Names needed no
/// correction: the host exports them so that <c>kairos.errors.total</c> is <c>kairos_errors_total</c> and nothing is appended.
/// </summary>
internal static class GuideExpressions
{
    public static readonly string[] All =
    [
        // "Error rate spike (> 10/min)". The guide writes rate(kairos_errors_total[5m]) > 10, but rate() is per second: that would be 600
        // a minute. And it is meant for a component, not for each code of it.
        "sum by (component) (rate(kairos_errors_total[5m])) * 60 > 10",

        // What the guide writes there, without its limit: it is evaluated all the same, and gives errors per second.
        "rate(kairos_errors_total[5m])",

        // "Show errors over time": per minute, as everywhere in the guide.
        "sum by (component) (rate(kairos_errors_total[5m])) * 60",

        // "SLO: errors < 5/min". The guide gives no query; bool makes it 1 or 0 instead of a series that comes and goes.
        "sum by (component) (rate(kairos_errors_total[5m])) * 60 < bool 5",

        // "Instant recovery rate", and "sum(recovered) / sum(total)": as in the guide.
        "sum(rate(kairos_errors_recovered[5m])) / sum(rate(kairos_errors_total[5m]))",
        "sum(kairos_errors_recovered) / sum(kairos_errors_total)",

        // "Recovery rate per component": as in the guide.
        """
        sum by (component) (rate(kairos_errors_recovered[5m]))
        /
        sum by (component) (rate(kairos_errors_total[5m]))
        """,

        // "Target: > 80 %" and "Alert: < 50 %": the same with the limits. The first with bool, because it need not hold.
        "sum(rate(kairos_errors_recovered[5m])) / sum(rate(kairos_errors_total[5m])) > bool 0.8",
        "sum by (component) (rate(kairos_errors_recovered[5m])) / sum by (component) (rate(kairos_errors_total[5m])) < 0.5",

        // "Current error rate (errors per minute)", and "Alert threshold: > 10/min".
        "kairos_errors_rate",
        "kairos_errors_rate > 10",

        // "Alert if LLM unhealthy for >5 minutes": as in the guide; the five minutes are the alert's "for".
        """kairos_health_status{component="llm"} == 0""",
        "kairos_health_status",

        // "Show circuit breaker state", "Notify when breaker opens".
        "kairos_circuitbreaker_state",
        "kairos_circuitbreaker_state == 0",
    ];
}
