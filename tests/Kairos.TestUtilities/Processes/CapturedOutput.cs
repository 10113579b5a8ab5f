using System.Text;

namespace Kairos.TestUtilities.Processes;

/// <summary>
/// Takes in what a process writes, all the time, so that it never blocks on a full pipe, and lets tests wait for what they expect. Thread-safe.
/// </summary>
internal sealed class CapturedOutput
{
    private readonly Lock _lock = new();
    private readonly StringBuilder _text = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public CapturedOutput(StreamReader reader) => Ended = ReadAsync(reader);

    /// <summary>Ends when the process has closed its side and everything has been taken in.</summary>
    public Task Ended { get; }

    public string Text
    {
        get
        {
            lock (_lock) return _text.ToString();
        }
    }

    public string[] Lines => Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Waits until the text satisfies a condition.</summary>
    /// <exception cref="InvalidOperationException">The process will write no more, and the text never did.</exception>
    /// <exception cref="TimeoutException">It takes too long.</exception>
    public async Task<string> WaitForAsync(Func<string, bool> isThere, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            bool hasEnded;
            string text;
            lock (_lock) (changed, hasEnded, text) = (_changed.Task, Ended?.IsCompleted == true, _text.ToString());
            if (isThere(text)) return text;
            if (hasEnded) throw new InvalidOperationException($"The process ended without writing what was expected. It wrote:\n{text}");
            try
            {
                await Task.WhenAny(changed, Ended!).WaitAsync(cancellationToken);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"The process has not written what was expected. It wrote:\n{text}");
            }
        }
    }

    private async Task ReadAsync(StreamReader reader)
    {
        var buffer = new char[8192];
        int count;
        while ((count = await reader.ReadAsync(buffer)) > 0)
        {
            lock (_lock)
            {
                _text.Append(buffer, 0, count);
                _changed.TrySetResult();
                _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }
}
