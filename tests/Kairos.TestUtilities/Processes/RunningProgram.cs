using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Kairos.TestUtilities.Processes;

/// <summary>
/// A program, run as its users run it: its own process, streams, variables and working folder. What takes too long is killed, so nothing
/// hangs.
/// </summary>
internal sealed class RunningProgram : IRunning
{
    // What would change a program that is to run with its defaults, and what the run of the tests has set for itself.
    private static readonly string[] Foreign = ["KAIROS_", "OTEL_", "ASPNETCORE_", "MSBUILD", "VSTEST"];

    private readonly Process _process;
    private readonly TempFolder? _ownFolder;
    private readonly CancellationTokenSource _patience;
    private readonly ProgramStart _start;

    private RunningProgram(ProgramStart start)
    {
        _start = start;
        _ownFolder = start.WorkingFolder is null ? new TempFolder() : null;
        _process = Process.Start(Describe(start, _ownFolder?.Path ?? start.WorkingFolder!))!;
        _patience = new CancellationTokenSource(start.WaitTimeout);
        Output = new CapturedOutput(_process.StandardOutput);
        Errors = new CapturedOutput(_process.StandardError);
    }

    public CapturedOutput Output { get; }

    public CapturedOutput Errors { get; }

    /// <summary>Its standard input. Writing fails with an <see cref="IOException"/> once it reads no more.</summary>
    public Stream Input => _process.StandardInput.BaseStream;

    /// <summary>What runs out when the process takes too long.</summary>
    public CancellationToken WaitTimeout => _patience.Token;

    /// <summary>What it has open, as the kernel names it.</summary>
    public IReadOnlyList<string> OpenFiles => [.. KernelView.OpenFiles(_process.Id)];

    /// <summary>The most memory that it has had at a time so far, in megabytes.</summary>
    public long PeakMegabytes => KernelView.PeakMegabytes(_process.Id);

    public bool HasEnded => _process.HasExited;

    public static RunningProgram Start(ProgramStart start) => new(start);

    /// <summary>Runs the program to its end, with an empty standard input unless there is something for it.</summary>
    public static async Task<ProgramResult> RunAsync(ProgramStart start, string input = "")
    {
        await using var running = Start(start);
        await running.FeedAsync(input);
        return await running.WaitForExitAsync();
    }

    /// <summary>Waits until the process has a thread of a name, which says how far it has come while it says nothing itself.</summary>
    public async Task WaitForThreadAsync(string name)
    {
        while (!KernelView.ThreadNames(_process.Id).Contains(name))
        {
            WaitTimeout.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    /// <summary>Writes to standard input and closes it.</summary>
    public async Task FeedAsync(string text)
    {
        try
        {
            await _process.StandardInput.WriteAsync(text.AsMemory(), WaitTimeout);
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

    public Task<string> WaitForErrorsAsync(string text) => Errors.WaitForAsync(written => written.Contains(text, StringComparison.Ordinal), WaitTimeout);

    public async Task<ProgramResult> WaitForExitAsync()
    {
        try
        {
            await Task.WhenAll(_process.WaitForExitAsync(WaitTimeout), Output.Ended.WaitAsync(WaitTimeout), Errors.Ended.WaitAsync(WaitTimeout));
            var result = new ProgramResult(_process.ExitCode, Output.Text, Errors.Text);
            if (!_start.MayCrash && (result.Output + result.Errors).Contains("   at ", StringComparison.Ordinal))
                Assert.Fail($"A stack trace is never an answer.\nstdout:\n{result.Output}\nstderr:\n{result.Errors}");
            return result;
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException(
                $"{_start} took longer than {_start.WaitTimeout}.\nstdout:\n{Output.Text}\nstderr:\n{Errors.Text}");
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

    private static ProcessStartInfo Describe(ProgramStart start, string folder)
    {
        var info = new ProcessStartInfo
        {
            FileName = start.Program,
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (start.Redirections.Length > 0)
        {
            info.FileName = "/bin/sh";
            string[] shell = ["-c", $"{start.Preparation}\nexec \"$0\" \"$@\" {start.Redirections}", start.Program];
            foreach (var argument in shell) info.ArgumentList.Add(argument);
        }

        foreach (var argument in start.Arguments) info.ArgumentList.Add(argument);
        foreach (var name in info.Environment.Keys.Where(IsForeign).ToList()) info.Environment.Remove(name);
        foreach (var (name, value) in start.Variables) info.Environment[name] = value;
        return info;
    }

    private static bool IsForeign(string variable) => Foreign.Any(part => variable.StartsWith(part, StringComparison.Ordinal));

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);
}
