namespace Kairos.Testing;

/// <summary>
/// The guarded calls that wait for an actor, or go on after it until they wait for something else: time must not pass before they have set the
/// timers that they wait for next. Thread-safe.
/// </summary>
internal sealed class CallContinuations
{
    private readonly Lock _lock = new();
    private TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _open;
    private long _ended;

    /// <summary>How many have gone on, so that it can be told whether one has meanwhile.</summary>
    public long Ended => Volatile.Read(ref _ended);

    /// <summary>Ends when no call waits for an actor, and none goes on.</summary>
    public Task Idle
    {
        get
        {
            lock (_lock) return _open == 0 ? Task.CompletedTask : _idle.Task;
        }
    }

    /// <summary>A call begins to wait. Returns what it goes on with.</summary>
    public Action<object?> Begin(Action<object?> continuation)
    {
        lock (_lock) _open++;
        return state =>
        {
            try
            {
                continuation(state);
            }
            finally
            {
                End();
            }
        };
    }

    private void End()
    {
        TaskCompletionSource? ended = null;
        lock (_lock)
        {
            _ended++;
            if (--_open == 0) (ended, _idle) = (_idle, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        ended?.SetResult();
    }
}
