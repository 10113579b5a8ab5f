using Kairos.TestUtilities.Processes;

namespace Kairos.Packages.Tests;

/// <summary>A program that runs to its end, as in a shell of its own. What takes longer than five minutes has gone wrong.</summary>
internal static class Command
{
    private static readonly Dictionary<string, string> Variables = new()
    {
        ["DOTNET_NOLOGO"] = "1",
        ["DOTNET_CLI_UI_LANGUAGE"] = "en",
        // No process stays behind that holds on to what is redirected here.
        ["MSBUILDDISABLENODEREUSE"] = "1",
        ["UseSharedCompilation"] = "false",
    };

    /// <summary>Runs <c>dotnet</c>, which must end well, and returns its standard output.</summary>
    public static Task<string> DotnetAsync(string folder, params string[] arguments) => RunAsync("dotnet", folder, "", arguments);

    /// <summary>Runs a program, which must end well, and returns its standard output.</summary>
    public static async Task<string> RunAsync(string program, string folder, string input, params string[] arguments)
    {
        var start = new ProgramStart(program, arguments) { WorkingFolder = folder, Variables = Variables, WaitTimeout = TimeSpan.FromMinutes(5) };
        var result = await RunningProgram.RunAsync(start, input);
        return result.ExitCode == 0
            ? result.Output
            : throw new InvalidOperationException($"{start} ended with {result.ExitCode}:\n{result.Output}\n{result.Errors}");
    }
}
