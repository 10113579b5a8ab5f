using Kairos.TestUtilities;
using Kairos.TestUtilities.Processes;

namespace Kairos.Samples.Tests;

/// <summary>A sample that runs as a process of its own.</summary>
internal static class Sample
{
    public static RunningProgram Start(string name, params string[] arguments) => RunningProgram.Start(Describe(name, arguments));

    /// <summary>Runs a sample until it ends by itself, well, and returns the lines that it wrote.</summary>
    public static async Task<string[]> RunAsync(string name)
    {
        var result = await RunningProgram.RunAsync(Describe(name, []));
        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        return result.OutputLines;
    }

    private static ProgramStart Describe(string name, string[] arguments) => new(Repository.Program($"samples/{name}", name), arguments);
}
