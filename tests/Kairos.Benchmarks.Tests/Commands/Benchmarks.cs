using System.Diagnostics;
using System.Reflection;

namespace Kairos.Benchmarks.Tests.Commands;

/// <summary>The program, run as people run it.</summary>
internal static class Benchmarks
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private static readonly string Executable = Path.GetFullPath(Path.Combine(
        typeof(Benchmarks).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "BenchmarksFolder").Value!,
        "Kairos.Benchmarks"));

    public static async Task<(int ExitCode, string[] Lines, string Errors)> RunAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Executable, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(patience.Token), process.StandardError.ReadToEndAsync(patience.Token));
            await process.WaitForExitAsync(patience.Token);
            return (process.ExitCode, (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries), await errors);
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }
}
