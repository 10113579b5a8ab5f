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

        // When the time is up, in milliseconds. A tick cancels only if it can exchange the time that it saw. A late tick finds another value, and does
        // nothing.
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

/// <summary>A limit of a call's time: how much is left of it, and what people know it by. <see cref="Timeout.InfiniteTimeSpan"/> is the longest.</summary>
/// <param name="Left">What is left.</param>
/// <param name="Whole">What is set.</param>
/// <param name="Name">The key of the setting, or what else it is.</param>
internal readonly record struct TimeLimit(TimeSpan Left, TimeSpan Whole, string Name)
{
    public const string AttemptTimeout = "call.attempt-timeout";
    public const string Deadline = "call.deadline";
    public const string Budget = "the turn's CallBudget";
    public const string FirstElement = "call.stream.first-element";
    public const string MaxGap = "call.stream.max-gap";

    /// <summary>The longest that a timer knows.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    public bool IsNone => Left == Timeout.InfiniteTimeSpan;

    /// <summary>A limit of which nothing has been used.</summary>
    public static TimeLimit Of(TimeSpan whole, string name) => new(whole, whole, name);

    /// <summary>The limit of the first attempt, at its beginning.</summary>
    public static TimeLimit OfFirstAttempt(CallPolicy policy) => Of(policy.AttemptTimeout, AttemptTimeout).OrShorter(Of(policy.Deadline, Deadline));

    /// <summary>This one, or the other where that has less left.</summary>
    public TimeLimit OrShorter(TimeLimit other) => Shorter(Left, other.Left) == Left ? this : other;

    public static TimeSpan Shorter(TimeSpan a, TimeSpan b) =>
        a == Timeout.InfiniteTimeSpan ? b
        : b == Timeout.InfiniteTimeSpan || a < b ? a
        : b;

    /// <summary>What is left of a limit; infinite stays infinite, and nothing is less than zero.</summary>
    public static TimeSpan Rest(TimeSpan limit, TimeSpan elapsed) =>
        limit == Timeout.InfiniteTimeSpan ? limit
        : limit > elapsed ? limit - elapsed
        : TimeSpan.Zero;

    /// <summary>A limit as a timer can take it: what is longer is as good as none for as long as any process lasts.</summary>
    public static TimeSpan ForTimer(TimeSpan limit) => limit > Longest ? Longest : limit;
}
