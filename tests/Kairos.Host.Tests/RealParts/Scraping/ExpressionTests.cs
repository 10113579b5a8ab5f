using Kairos.Host.Tests.RealParts.Tools;
using Kairos.TestUtilities;
using Kairos.TestUtilities.Documents;

namespace Kairos.Host.Tests.RealParts.Scraping;

/// <summary>Every query that operators are given, evaluated by a real Prometheus, with its limits, on data of real hosts.</summary>
[Collection(TroubledWorld.Name)]
[Trait(Parts.Trait, Parts.Real)]
public sealed class ExpressionTests(TroubledWorld world)
{
    /// <summary>It gives something only when a host was away, which <see cref="QuietHostTests"/> shows.</summary>
    private const string OfReturnedHosts = "instance:kairos_returned:5m";

    private static readonly IReadOnlyList<IReadOnlyList<string>> Sources =
    [
        GuideExpressions.All,
        OperatorsExpressions.OfDocument(MarkdownDocument.OperatingGuide),
        .. Repository.Files("config/grafana", "*.json").Select(OperatorsExpressions.OfDashboard),
    ];

    public static TheoryData<string> Expressions => [.. Sources.SelectMany(source => source).Distinct()];

    [TheoryWithPrometheus]
    [MemberData(nameof(Expressions))]
    public async Task Gives_data(string expression)
    {
        Assert.DoesNotContain('$', expression); // a variable of Grafana's that was not replaced
        await world.Prometheus.WaitForAsync(TimeLapse.Of(expression), HasData);
    }

    [Fact]
    public void There_are_expressions_in_every_place_where_they_are_looked_for()
    {
        Assert.Equal(5, Sources.Count);
        Assert.All(Sources, Assert.NotEmpty);
    }

    [FactWithPrometheus]
    public async Task Every_rule_is_healthy_and_every_recording_rule_gives_data()
    {
        var rules = await RulesAsync();

        Assert.Contains(rules, rule => rule.Type == "recording");
        Assert.All(rules, rule => Assert.Equal("ok", rule.Health));
        foreach (var rule in rules.Where(rule => rule is { Type: "recording", Name: not OfReturnedHosts }))
            await world.Prometheus.WaitForAsync(rule.Name, HasData);
    }

    [FactWithPrometheus]
    public async Task Every_alert_fires_when_there_is_reason_for_it()
    {
        var alerts = (await RulesAsync()).Where(rule => rule.Type == "alerting").Select(rule => rule.Name).Order(StringComparer.Ordinal).ToList();

        Assert.NotEmpty(alerts);
        await world.Prometheus.WaitForAsync(
            """ALERTS{alertstate="firing"}""",
            samples => samples.Select(sample => sample["alertname"]).Distinct().Order(StringComparer.Ordinal).SequenceEqual(alerts));
    }

    [FactWithPrometheus]
    public async Task The_components_that_dashboards_offer_are_those_of_the_hosts()
    {
        var components = await world.Prometheus.GetAsync("/api/v1/label/component/values?match[]=kairos_health_status");

        Assert.Equal(["llm", "memory", "planner", "tools", "tools/search"], components.EnumerateArray().Select(name => name.GetString()));
    }

    private static bool HasData(IReadOnlyList<Sample> samples) => samples.Any(sample => double.IsFinite(sample.Value));

    private async Task<List<(string Type, string Name, string Health)>> RulesAsync()
    {
        // A rule is of unknown health until it has been evaluated.
        await world.Prometheus.WaitForAsync("count(ALERTS)", samples => samples.Count > 0);
        var groups = (await world.Prometheus.GetAsync("/api/v1/rules")).GetProperty("groups").EnumerateArray();
        return [.. groups.SelectMany(group => group.GetProperty("rules").EnumerateArray()).Select(rule => (
            rule.GetProperty("type").GetString()!, rule.GetProperty("name").GetString()!, rule.GetProperty("health").GetString()!))];
    }
}
