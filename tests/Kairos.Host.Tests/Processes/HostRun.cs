using System.IO.Pipelines;
using System.Runtime.InteropServices;
using System.Text;
using Kairos.Host.Commands;
using Kairos.Telemetry.Export;
using Kairos.TestUtilities.Processes;

namespace Kairos.Host.Tests.Processes;

/// <summary>
/// A command of the host that runs within the process of the tests, on streams of its own: all that the executable does, but for the start of a
/// process. Metrics and logs are this host's alone; spans are those of the whole process.
/// </summary>
internal sealed class HostRun : IRunning
{
    /// <summary>The collection of those tests whose hosts leave spans, which each of them would find among its own.</summary>
    public const string Spans = "Spans";

    private readonly Pipe _input = new();
    private readonly Pipe _output = new();
    private readonly Pipe _errors = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _patience;
    private readonly Task<int> _running;

    private HostRun(HostStart start)
    {
        _patience = new CancellationTokenSource(start.WaitTimeout);
        Input = _input.Writer.AsStream();
        Output = new CapturedOutput(new StreamReader(_output.Reader.AsStream()));
        Errors = new CapturedOutput(new StreamReader(_errors.Reader.AsStream()));
        _running = Task.Run(() => RunAsync(start));
    }

    public CapturedOutput Output { get; }

    public CapturedOutput Errors { get; }

    public Stream Input { get; }

    public CancellationToken WaitTimeout => _patience.Token;

    public static HostRun Start(params string[] arguments) => Start(new HostStart(arguments));

    public static HostRun Start(HostStart start) => new(start);

    /// <summary>Runs a command to its end, with an empty standard input unless there is something for it.</summary>
    public static Task<ProgramResult> RunAsync(params string[] arguments) => RunAsync(new HostStart(arguments));

    public static async Task<ProgramResult> RunAsync(HostStart start, string input = "")
    {
        await using var run = Start(start);
        if (input.Length > 0) await run.FeedAsync(input);
        else run.CloseInput(); // a command that reads nothing may be over already
        return await run.WaitForExitAsync();
    }

    public void Signal(PosixSignal signal) => _stop.Cancel();

    public async Task FeedAsync(string text)
    {
        await Input.WriteAsync(Encoding.UTF8.GetBytes(text), WaitTimeout);
        CloseInput();
    }

    public void CloseInput() => _input.Writer.Complete();

    public Task<string> WaitForErrorsAsync(string text) => Errors.WaitForAsync(written => written.Contains(text, StringComparison.Ordinal), WaitTimeout);

    public async Task<ProgramResult> WaitForExitAsync()
    {
        try
        {
            await Task.WhenAll(_running, Output.Ended, Errors.Ended).WaitAsync(WaitTimeout);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"It took too long.\nstdout:\n{Output.Text}\nstderr:\n{Errors.Text}");
        }

        var result = new ProgramResult(await _running, Output.Text, Errors.Text);
        Assert.DoesNotContain("   at ", result.Output + result.Errors, StringComparison.Ordinal); // a stack trace is never an answer
        return result;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _input.Writer.CompleteAsync();
        await _running.WaitAsync(TimeSpan.FromMinutes(1));
        _patience.Dispose();
        _stop.Dispose();
    }

    private async Task<int> RunAsync(HostStart start)
    {
        await using var words = new StreamWriter(_output.Writer.AsStream(leaveOpen: true));
        await using var errors = new StreamWriter(_errors.Writer.AsStream(leaveOpen: true));
        await using var people = new QueuedWriter(errors);
        try
        {
            return await CommandLine.RunAsync(
                start.Arguments,
                new Surroundings
                {
                    Variables = start.Variables,
                    Input = () => _input.Reader.AsStream(leaveOpen: true),
                    IsInputRedirected = true,
                    Exports = () => _output.Writer.AsStream(leaveOpen: true),
                    RedirectLibraries = _ => { },
                    Bytes = () => _output.Writer.AsStream(leaveOpen: true),
                    Output = words,
                    Error = people,
                },
                _stop.Token);
        }
        finally
        {
            people.Drain();
            await _input.Reader.CompleteAsync(new IOException("The host reads no more.")); // told to who writes
            await words.FlushAsync();
            await _output.Writer.CompleteAsync();
            await _errors.Writer.CompleteAsync();
        }
    }
}
