using Kairos.Host.Tests.Processes;
using Kairos.TestUtilities.Processes;

namespace Kairos.Host.Tests.Commands;

public sealed class WrongArgumentsTests
{
    [Theory]
    [InlineData("serve", "Unrecognized command or argument 'serve'.")]
    [InlineData("run --evnets x", "Unrecognized command or argument '--evnets'.", "Unrecognized command or argument 'x'.")]
    [InlineData("run --events", "Required argument missing for option: '--events'.")]
    [InlineData("run --speed abc", "--speed = 'abc': allowed is a number from 0.01 to 10000")]
    [InlineData("--speed 0", "--speed = '0': allowed is a number from 0.01 to 10000")]
    [InlineData("run --speed 1,5", "--speed = '1,5': allowed is a number from 0.01 to 10000")]
    [InlineData("run --speed 1 --speed 2", "Option '--speed' expects a single argument but 2 were provided.")]
    [InlineData("replay", "Required argument 'FILE' missing for command: 'replay'.")]
    [InlineData("config extra", "Unrecognized command or argument 'extra'.")]
    public async Task Wrong_arguments_are_named_and_point_to_the_help(string arguments, params string[] lines) => Assert.Equal(
        new ProgramResult(2, "", string.Concat([.. lines.Select(line => line + "\n"), "See kairos --help.\n"])),
        await HostRun.RunAsync(arguments.Split(' ')));

    [Theory]
    [InlineData("run --events no-such-journal", "--events = 'no-such-journal': a file that can be read; Could not find file '")]
    [InlineData("replay no-such-journal", "FILE = 'no-such-journal': a file that can be read; Could not find file '")]
    [InlineData("run --events /tmp", "--events = '/tmp': a file that can be read; Access to the path '/tmp' is denied.")]
    [InlineData("run --config no-such-file", "--config = 'no-such-file': a file that can be read; Could not find file '")]
    public async Task A_file_that_is_not_there_is_named_in_one_line(string arguments, string begin)
    {
        var result = await HostRun.RunAsync(arguments.Split(' '));

        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.StartsWith(begin, Assert.Single(result.ErrorLines), StringComparison.Ordinal);
    }
}
