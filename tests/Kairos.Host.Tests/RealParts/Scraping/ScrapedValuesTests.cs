using System.Text.Json;
using Kairos.Host.Tests.Journal;
using Kairos.Host.Tests.Processes;
using Kairos.Host.Tests.RealParts.Tools;
using Kairos.TestUtilities;
using Kairos.TestUtilities.Collecting;

namespace Kairos.Host.Tests.RealParts.Scraping;

/// <summary>What Prometheus has in store is what happened.</summary>
[Trait(Parts.Trait, Parts.Real)]
public sealed class ScrapedValuesTests
{
    private static readonly string[] Attributes = ["component", "from", "to", "reason"];
    private static readonly string[] States = ["open", "half-open", "closed"];
    private static readonly string[] Healths = ["unhealthy", "degraded", "healthy"];

    [FactWithPrometheus]
    public async Task Prometheus_has_the_totals_the_transitions_and_the_final_states_of_whole_journals()
    {
        var journals = JournalFile.Names.Select(name => new JournalFile(name)).ToList();
        var hosts = await Task.WhenAll(journals.Select(journal => ScrapedHost.PlayAsync(Journals.Endless(journal), 200)));
        await using var first = hosts[0];
        await using var second = hosts[1];
        await using var third = hosts[2];
        await using var prometheus = await PrometheusServer.StartAsync(isTimeLapse: false, [.. hosts.Select(host => host.Port)]);

        foreach (var (journal, host) in journals.Zip(hosts))
        {
            var (transitions, final) = await ReplayAsync(journal);
            var expected = journal.Totals().Concat(transitions).ToDictionary();
            await prometheus.WaitForAsync(
                $$"""{__name__=~"kairos_errors_total|kairos_errors_recovered|kairos_circuitbreaker_transitions", instance="localhost:{{host.Port}}"}""",
                samples => Same(expected, samples));
            await prometheus.WaitForAsync(
                $$"""{__name__=~"kairos_circuitbreaker_state|kairos_health_status", instance="localhost:{{host.Port}}"}""",
                samples => Same(final, samples.Where(sample => final.ContainsKey($"kairos.health.status{{component={sample["component"]}}}"))));
        }
    }

    [FactWithPrometheus]
    public async Task Prometheus_follows_a_journal_that_is_piped_in_while_it_happens()
    {
        await using var host = await ScrapedHost.StartLiveAsync();
        await using var prometheus = await PrometheusServer.StartAsync(isTimeLapse: false, host.Port);
        await prometheus.WaitForAsync("""kairos_circuitbreaker_state{component="llm"}""", samples => samples is [{ Value: 2 }]);

        await host.FeedAsync(string.Join('\n', Enumerable.Repeat("""{"component":"llm","event":"error","code":"timeout","recoverable":true}""", 5)));
        await prometheus.WaitForAsync("""kairos_circuitbreaker_state{component="llm"}""", samples => samples is [{ Value: 0 }]);
        await prometheus.WaitForAsync("kairos_errors_total", samples => samples is [{ Value: 5 }]);
        await prometheus.WaitForAsync("component_code:kairos_errors:increase5m", samples => samples is [{ Value: 5 }]); // a counter that is born at 5

        await host.FeedAsync("""{"component":"llm","event":"reset"}""");
        await prometheus.WaitForAsync("""kairos_circuitbreaker_state{component="llm"}""", samples => samples is [{ Value: 2 }]);
        await prometheus.WaitForAsync("""component:kairos_circuitbreaker_opened:increase5m{component="llm"}""", samples => samples is [{ Value: 1 }]);
    }

    /// <summary>How often each transition happens in a journal, and how it ends, by the program's own account in virtual time.</summary>
    private static async Task<(Dictionary<string, double> Transitions, Dictionary<string, double> Final)> ReplayAsync(JournalFile journal)
    {
        var replay = await HostProcess.RunAsync("replay", journal.Path, "--json");
        var lines = replay.OutputLines.Select(line => JsonDocument.Parse(line).RootElement).ToLookup(line => line.GetProperty("event").GetString());
        var transitions = lines["circuit"]
            .Select(line => MetricValues.KeyOf(
                "kairos.circuitbreaker.transitions",
                Attributes.Select(name => (name, line.GetProperty(name).GetString()!))))
            .CountBy(key => key)
            .ToDictionary(count => count.Key, count => (double)count.Value);
        var final = new Dictionary<string, double>();
        foreach (var component in lines["final"].Single().GetProperty("components").EnumerateArray())
        {
            (string, string)[] name = [("component", component.GetProperty("component").GetString()!)];
            final[MetricValues.KeyOf("kairos.circuitbreaker.state", name)] = Array.IndexOf(States, component.GetProperty("circuit").GetString());
            final[MetricValues.KeyOf("kairos.health.status", name)] = Array.IndexOf(Healths, component.GetProperty("health").GetString());
        }

        return (transitions, final);
    }

    /// <summary>Names of Prometheus have underscores where ours have dots.</summary>
    private static bool Same(Dictionary<string, double> expected, IEnumerable<Sample> samples)
    {
        var stored = samples.ToDictionary(
            sample => MetricValues.KeyOf(
                sample["__name__"],
                sample.Labels.Where(label => label.Key is not ("__name__" or "job" or "instance")).Select(label => (label.Key, label.Value))),
            sample => sample.Value);
        return stored.Count == expected.Count
            && expected.All(value => stored.GetValueOrDefault(Translate(value.Key), double.NaN) == value.Value);
    }

    private static string Translate(string key)
    {
        var attributes = key.IndexOf('{', StringComparison.Ordinal);
        return key[..attributes].Replace('.', '_') + key[attributes..].Replace("error.code=", "error_code=", StringComparison.Ordinal);
    }
}
