using System.Diagnostics;

namespace Kairos.Benchmarks.Measuring;

/// <summary>This program once more, in a process of its own.</summary>
internal static class SelfProcess
{
    public static ProcessStartInfo Describe(params IEnumerable<string> arguments)
    {
        var program = Environment.ProcessPath ?? throw new InvalidOperationException("This process does not know its program.");
        var info = new ProcessStartInfo(program) { RedirectStandardInput = true, RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(program) == "dotnet") info.ArgumentList.Add(typeof(SelfProcess).Assembly.Location);
        foreach (var argument in arguments) info.ArgumentList.Add(argument);
        return info;
    }

    /// <summary>Runs it to its end and gives what it wrote to standard output; what it says to people they hear at once.</summary>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public static async Task<IReadOnlyList<string>> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        using var process = Process.Start(Describe(arguments))!;
        try
        {
            process.StandardInput.Close();
            var lines = new List<string>();
            while (await process.StandardOutput.ReadLineAsync(cancellationToken) is { } line) lines.Add(line);
            await process.WaitForExitAsync(cancellationToken);
            if (process.ExitCode == 0) return lines;
            throw new InvalidOperationException($"{string.Join(' ', arguments)} ended with exit code {process.ExitCode}.");
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }
}
