using System.Diagnostics;

namespace Kairos.Packages.Tests;

/// <summary>A program that runs to its end, as in a shell of its own. What takes longer than five minutes has gone wrong.</summary>
internal static class Command
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    // What the run of the tests has set for itself, and what would change a program that is to run with its defaults.
    private static readonly string[] Strange = ["MSBUILD", "VSTEST", "KAIROS_", "OTEL_"];

    /// <summary>Runs <c>dotnet</c>, which must end well, and returns its standard output.</summary>
    public static Task<string> DotnetAsync(string folder, params string[] arguments) => RunAsync("dotnet", folder, "", arguments);

    /// <summary>Runs a program, which must end well, and returns its standard output.</summary>
    public static async Task<string> RunAsync(string program, string folder, string input, params string[] arguments)
    {
        using var process = Process.Start(In(folder, new ProcessStartInfo(program, arguments)))!;
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var errors = process.StandardError.ReadToEndAsync(limit.Token);
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
            await process.WaitForExitAsync(limit.Token);
            var text = await output;
            return process.ExitCode == 0
                ? text
                : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}:\n{text}\n{await errors}");
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    private static ProcessStartInfo In(string folder, ProcessStartInfo start)
    {
        start.WorkingDirectory = folder;
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        foreach (var name in start.Environment.Keys.Where(key => Strange.Any(part => key.StartsWith(part, StringComparison.Ordinal))).ToList())
            start.Environment.Remove(name);
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        // No process stays behind that holds on to what is redirected here.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["UseSharedCompilation"] = "false";
        return start;
    }
}
