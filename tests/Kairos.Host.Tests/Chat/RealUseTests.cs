using System.Text;
using Kairos.Host.Tests.Processes;
using Kairos.TestUtilities;
using Kairos.TestUtilities.Processes;

namespace Kairos.Host.Tests.Chat;

/// <summary>As people start it: from the source, with nothing set, and at a terminal.</summary>
public sealed class RealUseTests
{
    private static string Configuration => Path.GetFileName(Path.GetDirectoryName(Path.GetDirectoryName(HostProcess.Executable)))!;

    [Fact]
    public async Task From_the_source_with_nothing_set_it_answers()
    {
        // What was built for the tests is what runs; a build at this place would fight with others over the same files.
        var start = new HostStart("chat")
        {
            Preparation = $"cd '{Repository.PathOf("")}' && exec \"${{DOTNET_HOST_PATH:-dotnet}}\" run --no-build -c {Configuration} --project src/Kairos.Host -- \"$@\"",
            Redirections = " ",
        };

        var result = await HostProcess.RunAsync(start, "what is 6*7\n");

        Assert.Equal((0, "6*7 = 42\n"), (result.ExitCode, result.Output));
        Assert.EndsWith("\nanswered 1 prompts, 0 failed\n", result.Errors, StringComparison.Ordinal);
    }

    [FactWithTerminal]
    public async Task At_a_terminal_it_shows_whose_turn_it_is_and_ends_by_the_end_of_input()
    {
        const string EndOfInput = "\u0004";
        using var folder = new ChatFolder();
        await using var host = HostProcess.Start(folder.Start([("TERM", "xterm"), ("SHELL", "/bin/sh")]) with
        {
            Preparation = "exec script -qec \"$0 $*\" /dev/null",
            Redirections = " ",
        });
        await host.Output.WaitForAsync(text => text.EndsWith("> ", StringComparison.Ordinal), host.Patience);

        await TypeAsync(host, "what is 6*7\n");
        await host.Output.WaitForAsync(text => text.EndsWith("\n6*7 = 42\r\n> ", StringComparison.Ordinal), host.Patience);
        await TypeAsync(host, EndOfInput);
        var result = await host.WaitForExitAsync();

        Assert.Equal(0, result.ExitCode);
        Assert.EndsWith("\nanswered 1 prompts, 0 failed\r\n", result.Output, StringComparison.Ordinal);
    }

    private static async Task TypeAsync(RunningProgram host, string text)
    {
        await host.Input.WriteAsync(Encoding.UTF8.GetBytes(text), host.Patience);
        await host.Input.FlushAsync(host.Patience);
    }
}
