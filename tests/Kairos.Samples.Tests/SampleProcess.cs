using System.Diagnostics;
using System.Reflection;
using System.Threading.Channels;

namespace Kairos.Samples.Tests;

/// <summary>A sample that runs as a process of its own. What takes longer than a minute has gone wrong.</summary>
internal sealed class SampleProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly Process _process;
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    private readonly Task<string> _errors;

    private SampleProcess(Process process)
    {
        _process = process;
        _ = PumpAsync();
        _errors = process.StandardError.ReadToEndAsync();
    }

    /// <summary>The repository.</summary>
    public static string Root
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Kairos.Actors.sln"))) folder = folder.Parent;
            return folder?.FullName ?? throw new DirectoryNotFoundException("the solution is not above the tests");
        }
    }

    public static SampleProcess Start(string name, params string[] arguments)
    {
        var output = typeof(SampleProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "Samples").Value!;
        var program = Path.Combine(Root, "samples", name, output, $"{name}.dll");
        var start = new ProcessStartInfo("dotnet", [program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var variable in start.Environment.Keys.Where(key => key.StartsWith("ASPNETCORE_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(variable);
        return new SampleProcess(Process.Start(start)!);
    }

    /// <summary>Reads on until a line contains a text.</summary>
    public async Task<string> LineWithAsync(string text)
    {
        using var limit = new CancellationTokenSource(Patience);
        await foreach (var line in _lines.Reader.ReadAllAsync(limit.Token))
        {
            if (line.Contains(text, StringComparison.Ordinal)) return line;
        }

        throw new EndOfStreamException($"The sample ended without '{text}': {await _errors}");
    }

    /// <summary>Waits until the sample ends by itself, well, and returns the lines that have not been read.</summary>
    public async Task<IReadOnlyList<string>> EndAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        await _process.WaitForExitAsync(limit.Token);
        Assert.Equal((0, ""), (_process.ExitCode, await _errors));
        return await _lines.Reader.ReadAllAsync(limit.Token).ToListAsync(limit.Token);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task PumpAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line) _lines.Writer.TryWrite(line);
        _lines.Writer.Complete();
    }
}
