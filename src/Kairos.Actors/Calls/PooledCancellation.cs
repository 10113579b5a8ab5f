using System.Collections.Concurrent;
using Kairos.Components;

namespace Kairos.Calls;

/// <summary>
/// A cancellation source with a deadline of the system's clock, which is used again and again. Setting a timer for every call would cost more than
/// the rest of the call, so the timer stays as it was set: when it goes off, it looks whether the deadline of whoever has the source now is
/// over, and otherwise is set anew. It is never late, and calls that end in time set it once in the length of a time limit.
/// </summary>
internal sealed class PooledCancellation
{
    private const int MostPooled = 256;
    private const long Resting = 0;
    private const long Elapsed = -1;
    private const long Unset = long.MaxValue;
    private static readonly TimeSpan LongestLimit = TimeSpan.FromDays(365);
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1); // a timer knows no more than 49
    private static readonly TimeProvider Time = TimeProvider.System;
    private static readonly double TimestampsPerTick = Time.TimestampFrequency / (double)TimeSpan.TicksPerSecond;
    private static readonly ConcurrentQueue<PooledCancellation> Pool = new();
    private static int _pooled;

    [ThreadStatic]
    private static PooledCancellation? _own; // the one that this thread gave back last: taken without asking anybody

    private readonly Lock _gate = new();
    private readonly ITimer _timer;
    private long _deadline; // a timestamp; Resting while nobody has the source, Elapsed for good once it was over

    // When the timer goes off. Whoever sets a deadline writes it and then reads this; the timer writes this and then reads the deadline: one of
    // the two sees the other, so no deadline is left without a timer that goes off in time.
    private long _due = Unset;

    private PooledCancellation() => _timer = ContextFreeTimer.Create(Time, static source => ((PooledCancellation)source!).GoOff(), this);

    public CancellationTokenSource Source { get; } = new();

    public static PooledCancellation Rent()
    {
        var own = _own;
        if (own is not null)
        {
            _own = null;
            return own;
        }

        if (!Pool.TryDequeue(out var source)) return new PooledCancellation();
        Interlocked.Decrement(ref _pooled);
        return source;
    }

    /// <summary>Sets the deadline; infinite takes it away. Once it was over it stays so.</summary>
    public void CancelAfter(TimeSpan limit, long now)
    {
        var deadline = limit == Timeout.InfiniteTimeSpan ? Resting : now + ToTimestamp(limit);
        var before = Volatile.Read(ref _deadline);
        if (before == Elapsed || Interlocked.CompareExchange(ref _deadline, deadline, before) == Elapsed) return;
        if (deadline != Resting && Volatile.Read(ref _due) > deadline) Set(deadline, now);
    }

    /// <summary>Gives the source back, unless it was cancelled.</summary>
    public void Return()
    {
        if (Interlocked.Exchange(ref _deadline, Resting) == Elapsed || !Source.TryReset())
        {
            _timer.Dispose();
            return;
        }

        if (_own is null) _own = this;
        else if (Interlocked.Increment(ref _pooled) <= MostPooled) Pool.Enqueue(this);
        else
        {
            Interlocked.Decrement(ref _pooled);
            _timer.Dispose();
        }
    }

    private void Set(long deadline, long now)
    {
        lock (_gate)
        {
            if (_due <= deadline) return;
            Volatile.Write(ref _due, deadline);
            var wait = Time.GetElapsedTime(now, deadline);
            wait = wait < LongestWait ? TimeSpan.FromMilliseconds(Math.Max(0, Math.Ceiling(wait.TotalMilliseconds))) : LongestWait;
            _timer.Change(wait, Timeout.InfiniteTimeSpan);
        }
    }

    private void GoOff()
    {
        lock (_gate) Volatile.Write(ref _due, Unset);
        Interlocked.MemoryBarrier();
        var deadline = Volatile.Read(ref _deadline);
        if (deadline is Resting or Elapsed) return;
        var now = Time.GetTimestamp();
        if (deadline > now) Set(deadline, now);
        else if (Interlocked.CompareExchange(ref _deadline, Elapsed, deadline) == deadline) Source.Cancel();
    }

    private static long ToTimestamp(TimeSpan limit) => (long)((limit < LongestLimit ? limit : LongestLimit).Ticks * TimestampsPerTick);
}
