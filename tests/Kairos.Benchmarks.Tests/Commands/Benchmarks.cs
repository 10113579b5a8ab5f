using Kairos.TestUtilities;
using Kairos.TestUtilities.Processes;

namespace Kairos.Benchmarks.Tests.Commands;

/// <summary>The program, run as people run it.</summary>
internal static class Benchmarks
{
    private static readonly string Executable = Repository.Program("benchmarks/Kairos.Benchmarks", "Kairos.Benchmarks");

    public static Task<ProgramResult> RunAsync(params string[] arguments) =>
        RunningProgram.RunAsync(new ProgramStart(Executable, arguments) { WaitTimeout = TimeSpan.FromSeconds(120) });
}
