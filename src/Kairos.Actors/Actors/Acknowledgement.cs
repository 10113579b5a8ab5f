using System.Collections.Concurrent;
using System.Threading.Tasks.Sources;

namespace Kairos.Actors;

/// <summary>
/// The acknowledgement of an outcome: the actor completes it when the outcome has been taken into account, the caller awaits it. Pooled, so
/// that it costs no garbage. The wait is bounded: an actor that stops or restarts never holds a caller; what it was told still stands in
/// its mailbox and is counted when it comes to it.
/// </summary>
internal sealed class Acknowledgement : IValueTaskSource
{
    private const int MostPooled = 1024;
    private static readonly TimeSpan StarvedPoll = TimeSpan.FromMilliseconds(10); // between two looks at the thread pool
    private static readonly ConcurrentQueue<Acknowledgement> Pool = new();
    private static int _pooled;

    private const int Waiting = 0;
    private const int Completed = 1; // by the actor or by the timer, whoever came first

    // Continuations run elsewhere: a caller's code must never run on the actor's thread.
    private ManualResetValueTaskSourceCore<bool> _core = new() { RunContinuationsAsynchronously = true };
    private ITimer? _timer;
    private TimeProvider? _time;
    private Func<Action<object?>, Action<object?>>? _wrap;
    private CancellationToken _ended;
    private CancellationTokenRegistration _untilTheEnd;
    private TimeSpan _timeout;
    private long _timedAt;
    private bool _isTimed; // nobody waits for what is there already, and then the timer need not be set
    private int _state;
    private bool _isTaken; // written and read by the actor only

    // Where a caller waits on the spot. It may be woken for an acknowledgement that is somebody else's by now, so it looks again; it is never
    // forgotten: the caller looks after it has put its event here, and is woken after the result is set.
    private ManualResetEventSlim? _joined;

    [ThreadStatic]
    private static ManualResetEventSlim? _own;

    /// <summary>Whether the actor has taken the outcome into account; told twice, it counts once.</summary>
    public bool IsTaken => _isTaken;

    /// <summary>One that nobody has.</summary>
    /// <param name="runtime">Whose clock bounds the wait, and whose end ends it.</param>
    /// <param name="timeout">The longest wait.</param>
    public static Acknowledgement Rent(KairosRuntime runtime, TimeSpan timeout)
    {
        if (Pool.TryDequeue(out var acknowledgement)) Interlocked.Decrement(ref _pooled);
        else acknowledgement = new Acknowledgement();

        acknowledgement._core.Reset();
        acknowledgement._isTaken = false;
        acknowledgement._joined = null;
        acknowledgement._isTimed = false;
        acknowledgement._timeout = timeout;
        acknowledgement._ended = runtime.Ended;
        acknowledgement._wrap = runtime.WrapContinuation;
        acknowledgement.Use(runtime.Clock.Provider);
        Volatile.Write(ref acknowledgement._state, Waiting);
        return acknowledgement;
    }

    /// <summary>
    /// Awaited once, by the caller, when it has told the actor. A caller who has a thread of its own waits on the spot as long as the thread pool
    /// is starved, because nobody would go on for it; a pool that has threads to spare lets it go at once.
    /// </summary>
    public ValueTask WaitAsync()
    {
        if (_core.GetStatus(_core.Version) != ValueTaskSourceStatus.Pending) return new(this, _core.Version);
        _isTimed = true;
        _timedAt = _time!.GetTimestamp();
        _timer!.Change(_timeout, Timeout.InfiniteTimeSpan);
        _untilTheEnd = _ended.UnsafeRegister(static acknowledgement => ((Acknowledgement)acknowledgement!).Finish(inTime: false), this);
        var hasOwnThread = !Thread.CurrentThread.IsThreadPoolThread && SynchronizationContext.Current is null && TaskScheduler.Current == TaskScheduler.Default;
        if (hasOwnThread && ReferenceEquals(_time, TimeProvider.System)) Join();
        return new(this, _core.Version);
    }

    /// <summary>The outcome has been taken into account. The actor only.</summary>
    public void Take() => _isTaken = true;

    /// <summary>Lets the caller go on. Any thread, any number of times.</summary>
    public void Complete() => Finish(inTime: true);

    private void Finish(bool inTime)
    {
        if (Interlocked.CompareExchange(ref _state, Completed, Waiting) != Waiting) return;
        _core.SetResult(inTime);
        Interlocked.MemoryBarrier();
        _joined?.Set();
    }

    private void Join()
    {
        var woken = _own ??= new ManualResetEventSlim();
        woken.Reset();
        _joined = woken;
        Interlocked.MemoryBarrier();
        while (_core.GetStatus(_core.Version) == ValueTaskSourceStatus.Pending && IsPoolStarved)
        {
            if (_time!.GetElapsedTime(_timedAt) >= _timeout) Finish(inTime: false); // the timer needs the thread pool too
            woken.Wait(StarvedPoll);
            woken.Reset();
        }
    }

    private static bool IsPoolStarved => ThreadPool.PendingWorkItemCount >= ThreadPool.ThreadCount;

    private void Use(TimeProvider time)
    {
        if (ReferenceEquals(_time, time)) return;
        _timer?.Dispose();
        _time = time;
        if (ExecutionContext.IsFlowSuppressed())
        {
            _timer = Create();
            return;
        }

        using (ExecutionContext.SuppressFlow()) _timer = Create(); // it is used again: what flows with the first who rents it is nobody else's

        ITimer Create() => time.CreateTimer(
            static acknowledgement => ((Acknowledgement)acknowledgement!).Finish(inTime: false), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    void IValueTaskSource.GetResult(short token)
    {
        var inTime = _core.GetResult(token);

        // It is not pooled if the actor may still hold it, or if its timer may still run: it would end somebody else's wait.
        if (_isTimed)
        {
            _untilTheEnd.Dispose();
            _timer!.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        if (!inTime || (_isTimed && _time!.GetElapsedTime(_timedAt) > _timeout / 2)) return;
        if (Interlocked.Increment(ref _pooled) <= MostPooled) Pool.Enqueue(this);
        else Interlocked.Decrement(ref _pooled);
    }

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(_wrap?.Invoke(continuation) ?? continuation, state, token, flags);
}
