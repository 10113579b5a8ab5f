using System.Diagnostics;
using Kairos.Host.Tests.Processes;

namespace Kairos.Host.Tests.RealParts.Tools;

/// <summary>
/// A program of others, as a child of the test, started in the repository's root and told nothing of the settings of the test run. What takes
/// too long is killed, so nothing hangs.
/// </summary>
internal sealed class OutsideProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly CancellationTokenSource _patience;

    private OutsideProcess(Process process, TimeSpan patience)
    {
        _process = process;
        _patience = new CancellationTokenSource(patience);
        Output = new CapturedOutput(process.StandardOutput);
        Errors = new CapturedOutput(process.StandardError);
    }

    public CapturedOutput Output { get; }

    public CapturedOutput Errors { get; }

    /// <summary>What runs out when it takes too long.</summary>
    public CancellationToken Patience => _patience.Token;

    public bool HasEnded => _process.HasExited;

    public static OutsideProcess Start(OutsideTool tool, TimeSpan patience, params IEnumerable<string> arguments)
    {
        var info = new ProcessStartInfo(tool.Require(), arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Repository.PathOf(""),
        };
        foreach (var name in info.Environment.Keys.Where(name => name.StartsWith("KAIROS_") || name.StartsWith("OTEL_")).ToList()) info.Environment.Remove(name);
        return new OutsideProcess(Process.Start(info)!, patience);
    }

    /// <summary>Runs a program to its end.</summary>
    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(OutsideTool tool, string input, params IEnumerable<string> arguments)
    {
        await using var running = Start(tool, TimeSpan.FromMinutes(4), arguments);
        await running._process.StandardInput.WriteAsync(input.AsMemory(), running.Patience);
        running._process.StandardInput.Close();
        await Task.WhenAll(running.Output.Ended, running.Errors.Ended, running._process.WaitForExitAsync(running.Patience)).WaitAsync(running.Patience);
        return (running._process.ExitCode, running.Output.Text, running.Errors.Text);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _patience.Dispose();
    }
}
