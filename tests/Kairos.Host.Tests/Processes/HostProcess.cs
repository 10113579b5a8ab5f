using Kairos.TestUtilities;
using Kairos.TestUtilities.Processes;

namespace Kairos.Host.Tests.Processes;

/// <summary>How the host is started.</summary>
/// <param name="Arguments">Its arguments.</param>
internal sealed record HostStart(params string[] Arguments) : ProgramStart(HostProcess.Executable, Arguments);

/// <summary>The host's executable, where its build made it, with the libraries that it ships with: not the copy beside the tests.</summary>
internal static class HostProcess
{
    public static string Executable { get; } = Repository.Program("src/Kairos.Host", "kairos");

    public static RunningProgram Start(params string[] arguments) => RunningProgram.Start(new HostStart(arguments));

    public static RunningProgram Start(ProgramStart start) => RunningProgram.Start(start);

    /// <summary>Runs the host to its end, with an empty standard input unless there is something for it.</summary>
    public static Task<ProgramResult> RunAsync(params string[] arguments) => RunningProgram.RunAsync(new HostStart(arguments));

    public static Task<ProgramResult> RunAsync(ProgramStart start, string input = "") => RunningProgram.RunAsync(start, input);
}
