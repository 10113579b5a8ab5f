using System.Text;
using Kairos.Host.Commands;
using Kairos.Telemetry.Export;
using Kairos.TestUtilities.Processes;

namespace Kairos.Host.Tests.Processes;

/// <summary>
/// Runs a command of the host within the process of the tests, which takes no time. What starts actors, and what is about a process's own folder,
/// streams and signals, is a matter of <see cref="HostProcess"/>.
/// </summary>
internal static class HostCommand
{
    public static Task<ProgramResult> RunAsync(params string[] arguments) => RunAsync(new HostStart(arguments));

    public static async Task<ProgramResult> RunAsync(HostStart start, string input = "")
    {
        using var bytes = new MemoryStream();
        await using var words = new StringWriter();
        await using var errors = new StringWriter();
        await using var people = new QueuedWriter(errors);
        var code = await CommandLine.RunAsync(start.Arguments, new Surroundings
        {
            Variables = start.Variables,
            Input = () => new MemoryStream(Encoding.UTF8.GetBytes(input)),
            Bytes = () => bytes,
            Output = words,
            Error = people,
        });
        people.Drain();
        var result = new ProgramResult(code, Encoding.UTF8.GetString(bytes.ToArray()) + words, errors.ToString());
        Assert.DoesNotContain("   at ", result.Output + result.Errors, StringComparison.Ordinal); // a stack trace is never an answer
        return result;
    }
}
