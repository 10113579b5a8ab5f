using System.Text;
using Kairos.TestUtilities;
using Kairos.TestUtilities.Documents;
using Kairos.TestUtilities.Processes;

namespace KairosAgent.Tests.Chat;

/// <summary>As people start it: from the source, with nothing set, and at a terminal.</summary>
[Trait(Parts.Trait, Parts.Real)]
public sealed class RealUseTests
{
    private static string Configuration => Path.GetFileName(Path.GetDirectoryName(Path.GetDirectoryName(ChatFolder.Program)))!;

    [Fact]
    public async Task By_the_command_of_the_README_with_nothing_set_it_answers()
    {
        var command = Assert.Single(new MarkdownDocument("README.md").Blocks("sh"), block => block.Contains("samples/KairosAgent", StringComparison.Ordinal));

        var result = await RunAsync(command, "what is 6*7\n");

        Assert.Equal((0, "6*7 = 42\n"), (result.ExitCode, result.Output));
        Assert.EndsWith("\nanswered 1 prompts, 0 failed\n", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_commands_of_the_guide_do_what_they_say()
    {
        using var folder = new TempFolder();
        var prompts = folder.Write("prompts.txt", "what is 6*7\n");
        var commands = new MarkdownDocument("docs/chat.md").Blocks("sh")[0].Replace("prompts.txt", prompts, StringComparison.Ordinal);

        var result = await RunAsync(commands, "");

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(["2*(3+4) = 14", "6*7 = 42"], result.OutputLines[..2]); // at a terminal nobody has typed anything
        Assert.StartsWith("kairos.llm.base-url = (none) ", result.OutputLines[2], StringComparison.Ordinal);
        Assert.Equal(["answered 0 prompts, 0 failed", "answered 1 prompts, 0 failed", "answered 1 prompts, 0 failed"], result.ErrorLines.Where(line => line.StartsWith("answered ", StringComparison.Ordinal)));
    }

    [FactWithTerminal]
    public async Task At_a_terminal_it_shows_whose_turn_it_is_and_ends_by_the_end_of_input()
    {
        const string EndOfInput = "\u0004";
        using var folder = new ChatFolder();
        await using var host = RunningProgram.Start(folder.Start([("TERM", "xterm"), ("SHELL", "/bin/sh")]) with
        {
            Preparation = "exec script -qec \"$0 $*\" /dev/null",
            Redirections = " ",
        });
        await host.Output.WaitForAsync(text => text.EndsWith("> ", StringComparison.Ordinal), host.WaitTimeout);

        await TypeAsync(host, "what is 6*7\n");
        await host.Output.WaitForAsync(text => text.EndsWith("\n6*7 = 42\r\n> ", StringComparison.Ordinal), host.WaitTimeout);
        await TypeAsync(host, EndOfInput);
        var result = await host.WaitForExitAsync();

        Assert.Equal(0, result.ExitCode);
        Assert.EndsWith("\nanswered 1 prompts, 0 failed\r\n", result.Output, StringComparison.Ordinal);
    }

    /// <summary>Runs a script in the repository, with what was built for the tests; a build at this place would fight with others over the same files.</summary>
    private static Task<ProgramResult> RunAsync(string script, string input) => RunningProgram.RunAsync(
        new ProgramStart("/bin/sh", "-c", script.Replace("dotnet run", $"\"${{DOTNET_HOST_PATH:-dotnet}}\" run --no-build -c {Configuration}", StringComparison.Ordinal))
        {
            WorkingFolder = Repository.Root,
            WaitTimeout = TimeSpan.FromMinutes(4),
        },
        input);

    private static async Task TypeAsync(RunningProgram host, string text)
    {
        await host.Input.WriteAsync(Encoding.UTF8.GetBytes(text), host.WaitTimeout);
        await host.Input.FlushAsync(host.WaitTimeout);
    }
}
