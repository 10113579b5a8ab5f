using System.Globalization;
using System.Runtime.InteropServices;
using Kairos.TestUtilities.Processes;

namespace KairosAgent.Tests.Chat;

public sealed class OfflineChatTests : IDisposable
{
    private const UnixFileMode OnlyTheUser = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly ChatFolder _folder = new();

    [Fact]
    public async Task Answers_of_the_tools_are_on_standard_output_and_nothing_else_is()
    {
        var result = await _folder.ChatAsync("what is 2*(3+4)?", "", "what is 1/0", "fetch http://127.0.0.1:1/", "who are you?");

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(
            [
                "2*(3+4) = 14",
                "'1/0' cannot be calculated: it divides by zero.",
                "Nothing was fetched: the address is one of this machine or of a private network, and these are not allowed.",
            ],
            result.OutputLines[..3]);
        Assert.StartsWith("I am the offline model of kairos: a few rules, no language model.", Assert.Single(result.OutputLines[3..]), StringComparison.Ordinal);
        Assert.Contains("exporter none\nmodel kairos-offline: a few rules, no language model, no network\n", result.Errors, StringComparison.Ordinal);
        Assert.Contains("tools/calculator   closed", result.Errors, StringComparison.Ordinal);
        Assert.Matches("\nagent +closed +healthy +0 +0\n", result.Errors);
        Assert.EndsWith("\nanswered 4 prompts, 0 failed\n", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_time_is_that_of_the_clock()
    {
        var before = TimeProvider.System.GetLocalNow().AddSeconds(-1);

        var result = await _folder.ChatAsync("What time is it?");

        var told = DateTimeOffset.ParseExact(result.Output, "'It is 'dddd, yyyy-MM-dd HH:mm:ss zzz'.\n'", CultureInfo.InvariantCulture);
        Assert.InRange(told, before, TimeProvider.System.GetLocalNow());
    }

    [Fact]
    public async Task What_was_remembered_is_known_after_a_second_start()
    {
        var first = await _folder.ChatAsync("remember that my cat is called Miu", "remember that 50% of the flour is rye", "what do you remember about dogs?");
        var second = await _folder.ChatAsync("what do you remember about my cat?", "recall 50%", "what do you remember about 0_%?", "what do you remember?");

        Assert.Equal(["Remembered: my cat is called Miu", "Remembered: 50% of the flour is rye", "Nothing is remembered about that."], first.OutputLines);
        Assert.Equal(
            [
                "Remembered: my cat is called Miu",
                "Remembered: 50% of the flour is rye",
                "Nothing is remembered about that.",
                "Remembered: 50% of the flour is rye; my cat is called Miu",
            ],
            second.OutputLines);
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(Path.GetDirectoryName(_folder.MemoryFile)!) == OnlyTheUser);
    }

    [Fact]
    public async Task The_same_fact_is_held_once()
    {
        var result = await _folder.ChatAsync("remember that tea is green", "remember that Tea is green", "recall tea");

        Assert.Equal("Remembered: Tea is green", result.OutputLines[2]);
    }

    [Fact]
    public async Task A_memory_that_cannot_be_had_is_told_and_fails_nothing_else()
    {
        _folder.Write("memory/notes.db", string.Concat(Enumerable.Repeat("no database ", 400)));

        var result = await _folder.ChatAsync("remember that tea is green", "what do you remember about tea?", "what is 1+1");

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(
            [
                "The memory failed: nothing was remembered.",
                "The memory is unavailable at present: it cannot be said what is remembered.",
                "1+1 = 2",
            ],
            result.OutputLines);
        Assert.Contains("memory circuit closed -> open", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prompts_of_a_file_are_answered_with_their_progress_told()
    {
        var file = _folder.Write("prompts.txt", "what is 1+1\n\nwhat is 2+2\nwhat is 3+3\r\nwhat is 4+4");

        var result = await RunningProgram.RunAsync(_folder.Start([], "--prompts", file));

        Assert.Equal((0, "1+1 = 2\n2+2 = 4\n3+3 = 6\n4+4 = 8\n"), (result.ExitCode, result.Output));
        Assert.Contains("[#####---------------] 1 of 4 prompts, 0 failed\n", result.Errors, StringComparison.Ordinal);
        Assert.Contains("[####################] 4 of 4 prompts, 0 failed\n", result.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(PosixSignal.SIGINT)]
    [InlineData(PosixSignal.SIGTERM)]
    [InlineData(PosixSignal.SIGHUP)]
    public async Task It_ends_when_it_is_told_to(PosixSignal signal)
    {
        await using var host = RunningProgram.Start(_folder.Start([]));
        await host.Input.WriteAsync("what is 6*7\n"u8.ToArray(), host.WaitTimeout);
        await host.Input.FlushAsync(host.WaitTimeout);
        await host.Output.WaitForAsync(text => text.Contains("42\n", StringComparison.Ordinal), host.WaitTimeout);

        host.Signal(signal);
        var result = await host.WaitForExitAsync();

        Assert.Equal((0, "6*7 = 42\n"), (result.ExitCode, result.Output));
        Assert.EndsWith("\nanswered 1 prompts, 0 failed\n", result.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("KAIROS_TELEMETRY_EXPORTER", "stdout", "kairos.telemetry.exporter (variable KAIROS_TELEMETRY_EXPORTER) = 'stdout': standard output is for answers here; allowed is otlp or none\n")]
    [InlineData("OTEL_METRICS_EXPORTER", "console", "kairos.telemetry.exporter (variable OTEL_METRICS_EXPORTER) = 'stdout': standard output is for answers here; allowed is otlp or none\n")]
    [InlineData("KAIROS_LLM_BASE_URL", "http://127.0.0.1:1/v1", "kairos.llm.model: kairos.llm.base-url needs the name of a model (KAIROS_LLM_MODEL)\n")]
    public async Task Wrong_settings_stop_it_before_it_starts(string variable, string value, string line) =>
        Assert.Equal(new ProgramResult(2, "", line), await _folder.ChatAsync([(variable, value)], "what is 1+1"));

    [Fact]
    public async Task A_file_of_prompts_that_is_not_there_is_told()
    {
        var result = await RunningProgram.RunAsync(_folder.Start([], "--prompts", "nowhere.txt"));

        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.StartsWith("--prompts = 'nowhere.txt': a file that can be read; ", result.Errors, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
