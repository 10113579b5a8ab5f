using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.RegularExpressions;
using Kairos.Host.Tests.Journal;
using Kairos.Host.Tests.Processes;
using Kairos.TestUtilities.Collecting;
using Kairos.TestUtilities.Processes;

namespace Kairos.Host.Tests.Running;

public sealed partial class JournalRunTests
{
    private const string Speed = "200";

    private static readonly ConcurrentDictionary<string, Lazy<Task<ProgramResult>>> Replays = [];

    public static TheoryData<string> Journals => [.. JournalFile.Names];

    [Theory]
    [MemberData(nameof(Journals))]
    public async Task The_last_export_on_stdout_has_exactly_the_totals_of_the_journal(string name)
    {
        var journal = new JournalFile(name);

        var result = await HostProcess.RunAsync("run", "--events", journal.Path, "--speed", Speed);

        Assert.Equal(0, result.ExitCode);
        var last = MetricValues.Last(result.Output);
        Assert.Equal(journal.Totals(), last.Only("kairos.errors.total", "kairos.errors.recovered"));
        Assert.EndsWith($"accepted {journal.LineCount} events, skipped 0\n", result.Errors, StringComparison.Ordinal);
        await AssertSameChangesAsReplayAsync(journal, result);
    }

    [Theory]
    [MemberData(nameof(Journals))]
    public async Task The_last_export_by_otlp_has_exactly_the_totals_of_the_journal(string name)
    {
        var journal = new JournalFile(name);
        await using var collector = await OtlpCollector.StartAsync();

        var result = await HostRun.RunAsync(new HostStart("run", "--events", journal.Path, "--speed", Speed)
        {
            Variables = new Dictionary<string, string>
            {
                ["KAIROS_TELEMETRY_EXPORTER"] = "otlp",
                ["KAIROS_TELEMETRY_OTLP_ENDPOINT"] = collector.Grpc,
            },
        });

        Assert.Equal((0, ""), (result.ExitCode, result.Output));
        var last = MetricValues.Of(collector.Metrics.All[^1].Message);
        Assert.Equal(journal.Totals(), last.Only("kairos.errors.total", "kairos.errors.recovered"));
        await AssertSameChangesAsReplayAsync(journal, result);
    }

    [Theory]
    [MemberData(nameof(Journals))]
    public async Task Without_an_exporter_the_final_table_has_exactly_the_totals_of_the_journal(string name)
    {
        var journal = new JournalFile(name);

        var result = await HostRun.RunAsync(new HostStart("run", "--events", journal.Path, "--speed", Speed)
        {
            Variables = new Dictionary<string, string> { ["KAIROS_TELEMETRY_EXPORTER"] = "none" },
        });

        Assert.Equal((0, ""), (result.ExitCode, result.Output));
        foreach (var component in journal.Components)
        {
            var row = result.ErrorLines.Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Last(cells => cells is [var first, ..] && first == component);
            Assert.Equal([$"{journal.CountOf(component, "error")}", $"{journal.CountOf(component, "recovered")}"], row[3..5]);
        }

        await AssertSameChangesAsReplayAsync(journal, result);
    }

    /// <summary>What the host logged of its components, one by one, is what the replay of the same file says.</summary>
    private static async Task AssertSameChangesAsReplayAsync(JournalFile journal, ProgramResult run)
    {
        var replay = await Replays.GetOrAdd(journal.Path, path => new(() => HostRun.RunAsync("replay", path, "--json"))).Value;
        var replayed = replay.OutputLines.Select(line => JsonDocument.Parse(line).RootElement).Where(line => line.GetProperty("event").GetString() != "final")
            .Select(Describe).ToList();
        Assert.NotEmpty(replayed);
        Assert.Equal(replayed, [.. Logged().Matches(run.Errors).Select(match => match.Groups[1].Value)]);
    }

    private static string Describe(JsonElement change)
    {
        string Text(string name) => change.GetProperty(name).GetString()!;
        var moved = $"{Text("component")} {Text("event")} {Text("from")} -> {Text("to")}";
        return Text("event") == "health" ? moved : $"{moved} ({Text("reason")}) #{change.GetProperty("sequence").GetInt64()}";
    }

    [GeneratedRegex(@"^\d\d:\d\d:\d\d\.\d{3} \w{4}: Kairos\[1[01]\] (.*)$", RegexOptions.Multiline)]
    private static partial Regex Logged();
}
