using System.Collections.Concurrent;

namespace Kairos.Calls;

/// <summary>
/// The token of one attempt: cancelled by the caller, or when the time is up. Sources are used again where the clock is the system's, so a call
/// with a time limit costs no garbage.
/// </summary>
internal readonly struct AttemptToken : IDisposable
{
    private readonly Source? _source;
    private readonly CancellationTokenRegistration _caller;

    private AttemptToken(Source source, CancellationToken caller)
    {
        _source = source;
        Token = source.Token;
        _caller = caller.UnsafeRegister(static state => ((Source)state!).Cancel(), source);
    }

    private AttemptToken(CancellationToken caller) => Token = caller;

    public CancellationToken Token { get; }

    /// <summary>Whether the time was up.</summary>
    public bool HasElapsed => _source?.HasElapsed == true;

    /// <summary>A token that ends with the caller's or after a limit; the caller's own where there is no limit.</summary>
    public static AttemptToken Create(TimeProvider time, TimeSpan limit, CancellationToken caller)
    {
        if (limit == Timeout.InfiniteTimeSpan) return new AttemptToken(caller);
        return new AttemptToken(Source.Begin(time, TimeLimit.ForTimer(limit)), caller);
    }

    /// <summary>Gives another limit, from now on.</summary>
    public void Rearm(TimeSpan limit) => _source?.Rearm(TimeLimit.ForTimer(limit));

    /// <summary>Gives the source back. Waits for nobody: what the call has registered on the token may still be running.</summary>
    public void Dispose()
    {
        var isFree = _caller.Unregister() || !_caller.Token.CanBeCanceled; // otherwise the caller's cancellation is under way
        _source?.End(isFree);
    }

    /// <summary>
    /// A source and a timer that cancels it. What the call has registered on the token is somebody else's code: if the platform's own timer ran it, an
    /// exception would end the process.
    /// </summary>
    private sealed class Source : IDisposable
    {
        private const int MostPooled = 256;
        private const long Idle = long.MaxValue;
        private const long Elapsed = long.MinValue;
        private static readonly ConcurrentQueue<Source> Pool = new();
        private static int _pooled;

        [ThreadStatic]
        private static Source? _own; // the one that this thread gave back last: taken without asking anybody

        private readonly CancellationTokenSource _end = new();
        private readonly TimeProvider _time;
        private readonly ITimer _timer;
        private readonly long _begin;

        // When the time is up, in milliseconds. Whoever takes it away decides, by one exchange: a tick that comes late finds another moment, or none,
        // and cancels nothing of the one who has the source now.
        private long _due = Idle;

        private Source(TimeProvider time)
        {
            (_time, _begin) = (time, time.GetTimestamp());
            using (ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow()) // it is used again, by others
                _timer = time.CreateTimer(static source => ((Source)source!).Tick(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        public CancellationToken Token => _end.Token;

        public bool HasElapsed => Volatile.Read(ref _due) == Elapsed;

        private bool IsOfSystem => ReferenceEquals(_time, TimeProvider.System);

        private long Now => IsOfSystem ? Environment.TickCount64 : (long)_time.GetElapsedTime(_begin).TotalMilliseconds;

        public static Source Begin(TimeProvider time, TimeSpan limit)
        {
            var source = ReferenceEquals(time, TimeProvider.System) ? Rent() : new Source(time);
            source.Rearm(limit);
            return source;
        }

        public void Rearm(TimeSpan limit)
        {
            var due = limit == Timeout.InfiniteTimeSpan ? Idle : Now + (long)limit.TotalMilliseconds;
            var known = Volatile.Read(ref _due);
            if (known != Elapsed && Interlocked.CompareExchange(ref _due, due, known) == known) _timer.Change(limit, Timeout.InfiniteTimeSpan);
        }

        public void Cancel() => _end.Cancel();

        public void End(bool isFree)
        {
            var isIdle = Interlocked.Exchange(ref _due, Idle) != Elapsed && _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            if (!isIdle || !isFree || !IsOfSystem || !_end.TryReset()) Dispose();
            else if (_own is null) _own = this;
            else if (Interlocked.Increment(ref _pooled) <= MostPooled) Pool.Enqueue(this);
            else
            {
                Interlocked.Decrement(ref _pooled);
                Dispose();
            }
        }

        public void Dispose()
        {
            _timer.Dispose();
            _end.Dispose();
        }

        private static Source Rent()
        {
            if (_own is { } own)
            {
                _own = null;
                return own;
            }

            if (!Pool.TryDequeue(out var source)) return new Source(TimeProvider.System);
            Interlocked.Decrement(ref _pooled);
            return source;
        }

        private void Tick()
        {
            while (Volatile.Read(ref _due) is not (Idle or Elapsed) and var due)
            {
                var left = due - Now;
                if (left <= 0)
                {
                    if (Interlocked.CompareExchange(ref _due, Elapsed, due) == due) TryCancel();
                    return;
                }

                _timer.Change(TimeSpan.FromMilliseconds(left), Timeout.InfiniteTimeSpan); // it was for somebody before
                if (Volatile.Read(ref _due) == due) return;
            }
        }

        private void TryCancel()
        {
            try
            {
                _end.Cancel();
            }
            catch (Exception)
            {
                // thrown by what the call has registered; the call hears of the end all the same
            }
        }
    }
}
