using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;

namespace Kairos.Host.Tests.Processes;

/// <summary>
/// The real executable, run as its users run it: its own process, streams, variables and working folder. What takes too long is killed, so
/// nothing hangs.
/// </summary>
internal sealed class HostProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly TempFolder? _ownFolder;
    private readonly CancellationTokenSource _patience;
    private readonly HostStart _start;

    private HostProcess(HostStart start)
    {
        _start = start;
        _ownFolder = start.WorkingFolder is null ? new TempFolder() : null;
        _process = Process.Start(Describe(start, _ownFolder?.Path ?? start.WorkingFolder!))!;
        _patience = new CancellationTokenSource(start.Patience);
        Output = new CapturedOutput(_process.StandardOutput);
        Errors = new CapturedOutput(_process.StandardError);
    }

    /// <summary>The executable that the build of the host made.</summary>
    public static string Executable { get; } = Path.GetFullPath(Path.Combine(
        typeof(HostProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "HostFolder").Value!, "kairos"));

    public CapturedOutput Output { get; }

    public CapturedOutput Errors { get; }

    /// <summary>Its standard input. Writing fails with an <see cref="IOException"/> once it reads no more.</summary>
    public Stream Input => _process.StandardInput.BaseStream;

    /// <summary>What runs out when the process takes too long.</summary>
    public CancellationToken Patience => _patience.Token;

    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>What it has open, as the kernel names it.</summary>
    public IReadOnlyList<string> OpenFiles => [.. KernelView.OpenFiles(_process.Id)];

    /// <summary>The most memory that it has had at a time so far, in megabytes.</summary>
    public long PeakMegabytes => KernelView.PeakMegabytes(_process.Id);

    public static HostProcess Start(params string[] arguments) => new(new HostStart(arguments));

    public static HostProcess Start(HostStart start) => new(start);

    /// <summary>Runs the program to its end, with an empty standard input unless there is something for it.</summary>
    public static Task<HostResult> RunAsync(params string[] arguments) => RunAsync(new HostStart(arguments));

    public static async Task<HostResult> RunAsync(HostStart start, string input = "")
    {
        await using var host = Start(start);
        await host.FeedAsync(input);
        return await host.WaitForExitAsync();
    }

    /// <summary>Waits until the process has a thread of a name, which says how far it has come while it says nothing itself.</summary>
    public async Task WaitForThreadAsync(string name)
    {
        while (!KernelView.ThreadNames(_process.Id).Contains(name))
        {
            Patience.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    /// <summary>Writes to standard input and closes it.</summary>
    public async Task FeedAsync(string text)
    {
        try
        {
            await _process.StandardInput.WriteAsync(text.AsMemory(), Patience);
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended already; how it did is what the test looks at.
        }
    }

    public void CloseInput() => _process.StandardInput.Close();

    public void Signal(PosixSignal signal)
    {
        var number = signal switch
        {
            PosixSignal.SIGHUP => 1,
            PosixSignal.SIGINT => 2,
            PosixSignal.SIGTERM => 15,
            _ => throw new ArgumentOutOfRangeException(nameof(signal), signal, "only those that stop a service"),
        };
        Assert.Equal(0, Kill(_process.Id, number));
    }

    public Task<string> WaitForErrorsAsync(string text) => Errors.WaitForAsync(written => written.Contains(text, StringComparison.Ordinal), Patience);

    public async Task<HostResult> WaitForExitAsync()
    {
        try
        {
            await Task.WhenAll(_process.WaitForExitAsync(Patience), Output.Ended.WaitAsync(Patience), Errors.Ended.WaitAsync(Patience));
            var result = new HostResult(_process.ExitCode, Output.Text, Errors.Text);
            if (!_start.MayCrash) Assert.DoesNotContain("   at ", result.Output + result.Errors, StringComparison.Ordinal); // a stack trace is never an answer
            return result;
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException(
                $"kairos {string.Join(' ', _start.Arguments)} took longer than {_start.Patience}.\nstdout:\n{Output.Text}\nstderr:\n{Errors.Text}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _patience.Dispose();
        _ownFolder?.Dispose();
    }

    private static ProcessStartInfo Describe(HostStart start, string folder)
    {
        var info = new ProcessStartInfo
        {
            FileName = Executable,
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (start.Redirections.Length > 0)
        {
            info.FileName = "/bin/sh";
            string[] shell = ["-c", $"{start.Preparation}\nexec \"$0\" \"$@\" {start.Redirections}", Executable];
            foreach (var argument in shell) info.ArgumentList.Add(argument);
        }

        foreach (var argument in start.Arguments) info.ArgumentList.Add(argument);
        foreach (var name in info.Environment.Keys.Where(IsForeign).ToList()) info.Environment.Remove(name);
        foreach (var (name, value) in start.Variables) info.Environment[name] = value;
        return info;
    }

    private static bool IsForeign(string variable) =>
        variable.StartsWith("KAIROS_", StringComparison.Ordinal) || variable.StartsWith("OTEL_", StringComparison.Ordinal);

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);
}
