using Microsoft.AspNetCore.Http;

namespace Kairos.TestUtilities.Collecting;

/// <summary>One request of an exporter.</summary>
/// <param name="Path">The path it went to.</param>
/// <param name="Headers">Its headers, by lower-case name.</param>
/// <param name="Message">What it carried.</param>
internal sealed record Received<T>(string Path, IReadOnlyDictionary<string, string> Headers, T Message)
{
    /// <summary>Whether the exporter is told that it has arrived; an export that is refused, or still unanswered, has not.</summary>
    public bool IsAccepted { get; init; }
}

/// <summary>What came of one signal, in order. Thread-safe.</summary>
internal sealed class Inbox<T>
{
    private readonly Lock _lock = new();
    private readonly List<Received<T>> _all = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>All exports that came, whatever became of them.</summary>
    public IReadOnlyList<Received<T>> All
    {
        get
        {
            lock (_lock) return [.. _all];
        }
    }

    /// <summary>Those that were accepted: what a back end would show.</summary>
    public IReadOnlyList<Received<T>> Accepted => [.. All.Where(received => received.IsAccepted)];

    /// <summary>Notes an export that came. Where it stands is its number.</summary>
    public int Add(HttpContext context, T message)
    {
        var headers = context.Request.Headers.ToDictionary(pair => pair.Key.ToLowerInvariant(), pair => pair.Value.ToString());
        lock (_lock)
        {
            _all.Add(new Received<T>(context.Request.Path, headers, message));
            NoteChange();
            return _all.Count - 1;
        }
    }

    public void Accept(int number)
    {
        lock (_lock)
        {
            _all[number] = _all[number] with { IsAccepted = true };
            NoteChange();
        }
    }

    /// <summary>Waits for an accepted export that satisfies a condition.</summary>
    public async Task<Received<T>> WaitForAsync(Func<Received<T>, bool> isExpected, CancellationToken cancellationToken)
    {
        var all = await WaitForAllAsync(all => all.Any(received => received.IsAccepted && isExpected(received)), cancellationToken);
        return all.First(received => received.IsAccepted && isExpected(received));
    }

    /// <summary>Waits until all that came, accepted or not, satisfies a condition.</summary>
    public async Task<IReadOnlyList<Received<T>>> WaitForAllAsync(Func<IReadOnlyList<Received<T>>, bool> isExpected, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_lock) changed = _changed.Task;
            var all = All;
            if (isExpected(all)) return all;
            try
            {
                await changed.WaitAsync(cancellationToken);
            }
            catch (OperationCanceledException)
            {
                var last = all.Count == 0 ? "none" : $"{all[^1].Message}";
                throw new TimeoutException(
                    $"What was expected did not arrive. {all.Count} exports came, {all.Count(r => r.IsAccepted)} of them accepted; the last: {last}");
            }
        }
    }

    private void NoteChange()
    {
        _changed.TrySetResult();
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
