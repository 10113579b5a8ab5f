using System.Diagnostics;
using System.Globalization;
using KairosAgent.Settings;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace KairosAgent.Mcp;

/// <summary>
/// The program of an MCP server. One that writes a longer message than it may is ended at once. What it writes to standard error is read and
/// forgotten. Thread-safe.
/// </summary>
internal sealed class McpProgram : IAsyncDisposable
{
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LastWords = TimeSpan.FromMilliseconds(500); // its output ends a little before itself
    private readonly Process _process;
    private readonly int _limit;
    private volatile bool _hasOverflowed;

    private McpProgram(Process process, int limit)
    {
        (_process, _limit) = (process, limit);
        Transport = new StreamClientTransport(
            process.StandardInput.BaseStream, new BoundedStream(process.StandardOutput.BaseStream, limit, byLines: true, Overflow));
        _ = ForgetAsync(process.StandardError.BaseStream);
    }

    /// <summary>How it is spoken to.</summary>
    public IClientTransport Transport { get; }

    /// <summary>Starts it.</summary>
    /// <param name="options">The server's settings.</param>
    /// <param name="environment">Variables besides those that it inherits; null for one that it does not inherit.</param>
    /// <exception cref="System.ComponentModel.Win32Exception">It cannot be started.</exception>
    public static McpProgram Start(McpOptions options, IReadOnlyDictionary<string, string?> environment)
    {
        var start = new ProcessStartInfo(options.Command)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            CreateNoWindow = true,
        };
        if (OperatingSystem.IsWindows()) // programs such as npx are scripts there, which only the shell runs
        {
            start.FileName = "cmd.exe";
            start.ArgumentList.Add("/c");
            start.ArgumentList.Add(options.Command);
        }

        foreach (var argument in options.Arguments) start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment) start.Environment[name] = value;
        return new McpProgram(Process.Start(start)!, options.MaxMessageBytes);
    }

    /// <summary>Why it has ended; null where it goes on.</summary>
    public async ValueTask<string?> ReasonOfEndAsync()
    {
        if (_hasOverflowed) return BoundedStream.Describe(_limit);
        using var limit = new CancellationTokenSource(LastWords);
        await _process.WaitForExitAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return _process.HasExited ? $"its program ended with exit code {_process.ExitCode.ToString(CultureInfo.InvariantCulture)}" : null;
    }

    /// <summary>Tells it to end by the end of its input, and kills it where it does not.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // it has gone before it read all
        }

        using var limit = new CancellationTokenSource(ShutdownTimeout);
        await _process.WaitForExitAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Kill();
        _process.Dispose();
    }

    private void Overflow()
    {
        _hasOverflowed = true;
        Kill();
    }

    private void Kill()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (Exception fault) when (fault is InvalidOperationException or System.ComponentModel.Win32Exception or NotSupportedException)
        {
            // it has ended
        }
    }

    private static async Task ForgetAsync(Stream errors)
    {
        try
        {
            await errors.CopyToAsync(Stream.Null).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // it has gone
        }
    }
}
