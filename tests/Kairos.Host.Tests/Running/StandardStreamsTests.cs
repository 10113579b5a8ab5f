using Kairos.Host.Tests.Journal;
using Kairos.Host.Tests.Processes;
using Kairos.TestUtilities;
using Kairos.TestUtilities.Collecting;
using Kairos.TestUtilities.Processes;

namespace Kairos.Host.Tests.Running;

public sealed class StandardStreamsTests
{
    private static readonly JournalFile Journal = new("rate-limit");

    [Theory]
    [Trait(Parts.Trait, Parts.Real)]
    [InlineData("", ">&-")]
    [InlineData("", ">/dev/full")]
    [InlineData("mkfifo gone; head -c 1 gone >head &", ">gone")]
    public async Task A_standard_output_that_takes_nothing_any_more_does_not_end_the_host(string preparation, string redirection)
    {
        using var folder = new TempFolder();
        var result = await HostProcess.RunAsync(new HostStart("run", "--events", Journal.Path, "--speed", "200")
        {
            Preparation = preparation,
            Redirections = redirection,
            WorkingFolder = folder.Path,
            Variables = new Dictionary<string, string> { ["KAIROS_TELEMETRY_METRICS_INTERVAL_SECONDS"] = "0.05" },
        });

        Assert.Equal((0, ""), (result.ExitCode, result.Output));
        Assert.EndsWith($"accepted {Journal.LineCount} events, skipped 0\n", result.Errors, StringComparison.Ordinal);
        if (preparation.Length > 0) Assert.Equal("{", await File.ReadAllTextAsync(Path.Combine(folder.Path, "head")));
    }

    [Theory]
    [InlineData("2>/dev/full")]
    [InlineData("2>&-")]
    public async Task A_standard_error_that_takes_nothing_does_not_end_the_host(string redirection)
    {
        var result = await HostProcess.RunAsync(
            new HostStart("run", "--events", "-", "--speed", "200") { Redirections = redirection }, "wrong\n" + await File.ReadAllTextAsync(Journal.Path));

        Assert.Equal(4, result.ExitCode);
        Assert.Equal(Journal.Totals(), MetricValues.Last(result.Output).Only("kairos.errors.total", "kairos.errors.recovered"));
    }

    [Theory]
    [Trait(Parts.Trait, Parts.Real)]
    [InlineData(0, "config", "2>&-")]
    [InlineData(0, "config", "2>/dev/full")]
    [InlineData(0, "--help", "<&- 2>&-")]
    [InlineData(2, "run --loud", "2>&-")]
    [InlineData(2, "run --events nowhere", "2>/dev/full")]
    [InlineData(3, "replay /bin/sh", "2>&-")]
    [InlineData(0, "run --events /dev/null", "2>&- >&-")]
    [InlineData(0, "run --events /dev/null", "<&- 2>&- >&-")]
    [InlineData(0, "config", "<&- >&-")]
    public async Task Exit_codes_stay_whatever_was_closed(int exitCode, string arguments, string redirections) =>
        Assert.Equal(exitCode, (await HostProcess.RunAsync(new HostStart(arguments.Split(' ')) { Redirections = redirections })).ExitCode);

    [Theory]
    [Trait(Parts.Trait, Parts.Real)]
    [InlineData("config")]
    [InlineData("--help")]
    [InlineData("replay", "-")]
    [InlineData("replay", "-", "--json")]
    public async Task A_reader_that_has_seen_enough_is_no_failure(params string[] arguments) => Assert.Equal(
        new ProgramResult(0, "", ""),
        await HostProcess.RunAsync(new HostStart(arguments) { Preparation = "mkfifo gone; : <gone &", Redirections = ">gone" }));

    [Fact]
    public async Task What_is_piped_in_is_the_journal_without_being_named()
    {
        var result = await HostProcess.RunAsync(
            new HostStart("--speed", "1000"), """{"component":"llm","event":"error","code":"timeout","recoverable":true}""" + "\r\n\n");

        Assert.Equal(0, result.ExitCode);
        Assert.EndsWith("accepted 1 events, skipped 0\n", result.Errors, StringComparison.Ordinal);
        Assert.Equal(1, MetricValues.Last(result.Output)["kairos.errors.total{component=llm,error.code=timeout,recoverable=true}"]);
    }

    [Fact]
    public async Task A_journal_that_cannot_be_read_to_its_end_fails_behind_the_last_export()
    {
        var result = await HostProcess.RunAsync("run", "--events", "/proc/self/mem");

        Assert.Equal(1, result.ExitCode);
        Assert.Single(MetricValues.Exports(result.Output));
        Assert.Contains("accepted 0 events, skipped 0\n", result.Errors, StringComparison.Ordinal);
        Assert.StartsWith("kairos failed: IOException: ", result.ErrorLines[^1], StringComparison.Ordinal);
    }
}
