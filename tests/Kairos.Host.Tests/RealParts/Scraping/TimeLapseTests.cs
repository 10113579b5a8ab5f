using System.Text.RegularExpressions;
using Kairos.TestUtilities;

namespace Kairos.Host.Tests.RealParts.Scraping;

[Trait(Parts.Trait, Parts.Real)]
public sealed partial class TimeLapseTests
{
    [Theory]
    [InlineData("rate(kairos_errors_total[5m])", "rate(kairos_errors_total[5s])")]
    [InlineData("kairos_health_status offset 10m < 2", "kairos_health_status offset 10s < 2")]
    [InlineData("avg_over_time(component:kairos_errors:within_slo[1h])", "avg_over_time(component:kairos_errors:within_slo[60s])")]
    [InlineData("last_over_time(instance:kairos_seen[1d] offset 5m)", "last_over_time(instance:kairos_seen[1440s] offset 5s)")]
    [InlineData("increase(x[15s])", "increase(x[250ms])")]
    [InlineData("        for: 5m", "        for: 5s")]
    public void A_minute_becomes_a_second(string text, string shortened) => Assert.Equal(shortened, TimeLapse.Of(text));

    [Theory]
    [InlineData("instance:kairos_returned:5m")]
    [InlineData("component:kairos_errors:increase5m / 5")]
    [InlineData("component:kairos_errors_recovery_duration:p95_5m")]
    [InlineData("summary: '{{ $labels.component }} has been unhealthy for 5 minutes'")]
    [InlineData("description: wait for: 5m")]
    public void Names_and_texts_stay(string text) => Assert.Equal(text, TimeLapse.Of(text));

    [Theory]
    [InlineData("config/prometheus/recording.yml")]
    [InlineData("config/prometheus/alerts.yml")]
    public void Of_a_rule_file_nothing_but_durations_changes_and_all_of_them_do(string file)
    {
        var rules = Repository.Read(file);
        var shortened = TimeLapse.Of(rules);

        Assert.Equal(Durations().Replace(rules, "$1"), Durations().Replace(shortened, "$1"));
        Assert.NotEmpty(Durations().Matches(rules));
        Assert.Equal(
            Durations().Matches(rules).Select(duration => duration.Value.Replace("m", "s", StringComparison.Ordinal).Replace("1h", "60s", StringComparison.Ordinal)
                .Replace("1d", "1440s", StringComparison.Ordinal)),
            Durations().Matches(shortened).Select(duration => duration.Value));
    }

    /// <summary>Whatever looks like a duration in the place of one.</summary>
    [GeneratedRegex(@"(\[|offset |for: )\d+(?:ms|[smhd])\b")]
    private static partial Regex Durations();
}
