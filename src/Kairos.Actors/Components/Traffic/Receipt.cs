using System.Collections.Concurrent;
using System.Threading.Tasks.Sources;

namespace Kairos.Components;

/// <summary>
/// The acknowledgement of an outcome: the actor completes it when the outcome has been taken into account, the caller awaits it. Pooled, so
/// that it costs no garbage. The wait is bounded: an actor that stops or restarts never holds a caller; what it was told still stands in
/// its mailbox and is counted when it comes to it.
/// </summary>
internal sealed class Receipt : IValueTaskSource
{
    private const int MostPooled = 1024;
    private static readonly ConcurrentQueue<Receipt> Pool = new();
    private static int _pooled;

    private const int Waiting = 0;
    private const int Completed = 1; // by the actor or by the timer, whoever came first

    // Continuations run elsewhere: a caller's code must never run on the actor's thread.
    private ManualResetValueTaskSourceCore<bool> _core = new() { RunContinuationsAsynchronously = true };
    private ITimer? _timer;
    private TimeProvider? _time;
    private TimeSpan _patience;
    private long _rentedAt;
    private int _state;
    private bool _isTaken; // written and read by the actor only

    /// <summary>Whether the actor has taken the outcome into account; told twice, it counts once.</summary>
    public bool IsTaken => _isTaken;

    public static Receipt Rent(TimeProvider time, TimeSpan patience)
    {
        if (Pool.TryDequeue(out var receipt)) Interlocked.Decrement(ref _pooled);
        else receipt = new Receipt();

        receipt._core.Reset();
        receipt._isTaken = false;
        Volatile.Write(ref receipt._state, Waiting);
        receipt.Arm(time, patience);
        return receipt;
    }

    /// <summary>Awaited once, by the caller.</summary>
    public ValueTask WaitAsync() => new(this, _core.Version);

    /// <summary>The outcome has been taken into account. The actor only.</summary>
    public void Take() => _isTaken = true;

    /// <summary>Lets the caller go on. Any thread, any number of times.</summary>
    public void Complete() => Finish(inTime: true);

    private void Finish(bool inTime)
    {
        if (Interlocked.CompareExchange(ref _state, Completed, Waiting) == Waiting) _core.SetResult(inTime);
    }

    private void Arm(TimeProvider time, TimeSpan patience)
    {
        _patience = patience;
        _rentedAt = time.GetTimestamp();
        if (!ReferenceEquals(_time, time))
        {
            _timer?.Dispose();
            _time = time;
            _timer = time.CreateTimer(static receipt => ((Receipt)receipt!).Finish(inTime: false), this, patience, Timeout.InfiniteTimeSpan);
        }
        else
        {
            _timer!.Change(patience, Timeout.InfiniteTimeSpan);
        }
    }

    void IValueTaskSource.GetResult(short token)
    {
        var inTime = _core.GetResult(token);

        // One that was late is still in the actor's mailbox, and one whose timer may be about to run would end somebody else's wait:
        // neither is used again.
        _timer!.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        if (!inTime || _time!.GetElapsedTime(_rentedAt) > _patience / 2) return;
        if (Interlocked.Increment(ref _pooled) <= MostPooled) Pool.Enqueue(this);
        else Interlocked.Decrement(ref _pooled);
    }

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
