using Kairos.Host.Tests.Processes;
using Kairos.TestUtilities.Processes;

namespace Kairos.Host.Tests.Commands;

public sealed class HelpTests
{
    [Theory]
    [InlineData("", "run", "replay <FILE>", "config", "--config <FILE>", "--events <FILE|->", "--speed <N>", "--version")]
    [InlineData("run", "--config <FILE>", "--events <FILE|->", "--speed <N>", "4 done, but lines of the journal were wrong and skipped")]
    [InlineData("replay", "<FILE>", "3 bad journal", "--json", "--config <FILE>")]
    [InlineData("config", "--config <FILE>")]
    public async Task Help_names_everything_that_a_command_understands(string command, params string[] named)
    {
        string[] arguments = command.Length == 0 ? ["--help"] : [command, "--help"];

        var result = await HostRun.RunAsync(arguments);

        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        Assert.StartsWith("Description:", result.Output, StringComparison.Ordinal);
        Assert.All(named, name => Assert.Contains(name, result.Output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_version_is_that_of_the_telemetry() =>
        Assert.Equal(new ProgramResult(0, "0.9.0\n", ""), await HostProcess.RunAsync("--version"));
}
