using Kairos.Host.Tests.Journal;
using Kairos.Host.Tests.Processes;
using Kairos.TestUtilities.Processes;

namespace Kairos.Host.Tests.Commands;

public sealed class ReplayCommandTests
{
    private const string Failing =
        """
        {"at":"+1s","component":"llm","event":"error","code":"llm_error","verdict":"trip"}
        {"at":"+40s","component":"llm","event":"success"}
        {"at":"+39s","component":"llm","event":"success"}
        {"at":"+50s","component":"llm","event":"reset"}
        """;

    [Fact]
    public async Task The_outage_is_told_exactly_as_approved_and_always_the_same()
    {
        var approved = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Commands", "llm-outage.approved.jsonl"));
        var journal = new JournalFile("llm-outage").Path;

        Assert.Equal(new ProgramResult(0, approved, ""), await HostProcess.RunAsync("replay", journal, "--json"));
        Assert.Equal(new ProgramResult(0, approved, ""), await HostRun.RunAsync(new HostStart("replay", "-", "--json"), await File.ReadAllTextAsync(journal)));
    }

    [Fact]
    public async Task People_are_shown_a_table_of_the_same()
    {
        var result = await HostRun.RunAsync("replay", new JournalFile("rate-limit").Path);

        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        var rows = result.OutputLines.Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries))).ToList();
        Assert.Contains("+3.1s llm circuit closed open rate_limit 1", rows);
        Assert.Contains("+3.1s llm health healthy unhealthy", rows);
        Assert.Contains("at +90s:", rows);
        Assert.Contains("llm closed healthy 6 4 3", rows);
    }

    [Fact]
    public async Task A_wrong_line_ends_the_replay_behind_what_came_before_it()
    {
        var result = await HostRun.RunAsync(new HostStart("replay", "-", "--json"), Failing);

        Assert.Equal(3, result.ExitCode);
        Assert.Equal("-:3: 'at' is +39s, which is before the line above, +40s\n", result.Errors);
        Assert.Equal(
            """
            {"at":"+1s","component":"llm","event":"circuit","from":"closed","to":"open","reason":"failures","sequence":1}
            {"at":"+1s","component":"llm","event":"health","from":"healthy","to":"unhealthy"}
            {"at":"+31s","component":"llm","event":"circuit","from":"open","to":"half-open","reason":"deadline","sequence":2}

            """,
            result.Output);
    }

    [Fact]
    public async Task All_wrong_lines_are_listed_and_nothing_behind_the_first_is_played()
    {
        const string Lines =
            """
            {"at":"+1s","component":"llm","event":"isolate"}
            oops
            {"at":"+2s","component":"llm","event":"reset"}
            {"at":"+1s","component":"llm","event":"reset"}
            {"component":"llm","event":"rest"}
            {"event":"end"}
            behind the end nothing is read
            """;

        var result = await HostRun.RunAsync(new HostStart("replay", "-", "--json"), Lines);

        Assert.Equal(3, result.ExitCode);
        Assert.Equal(
            ["-:2: not JSON, at byte 1", "-:4: 'at' is +1s, which is before the line above, +2s", "-:5: 'event' is 'rest'"],
            result.ErrorLines.Select(line => line.Split(';')[0]));
        Assert.DoesNotContain("\"to\":\"closed\"", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("final", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(20, 20)]
    [InlineData(21, 21)]
    [InlineData(5000, 21)]
    public async Task At_most_twenty_are(int wrong, int told)
    {
        var result = await HostRun.RunAsync(new HostStart("replay", "-"), string.Concat(Enumerable.Repeat("oops\n", wrong)));

        Assert.Equal((3, "", told), (result.ExitCode, result.Output, result.ErrorLines.Length));
        Assert.Equal(wrong > 20, result.ErrorLines[^1] == "Further lines that are wrong are counted only.");
    }

    [Fact]
    public async Task Of_an_empty_journal_there_is_nothing_to_tell() => Assert.Equal(
        new ProgramResult(0, """{"event":"final","at":"+0s","components":[]}""" + "\n", ""),
        await HostRun.RunAsync("replay", "/dev/null", "--json"));
}
