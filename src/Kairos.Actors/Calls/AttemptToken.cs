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
    /// Two sources: one that the clock cancels, to which only this class listens, and the one whose token the call is given. What the call has registered
    /// there is somebody else's code; if the clock ran it, an exception would end the process.
    /// </summary>
    private sealed class Source(CancellationTokenSource clock, bool isPooled) : IDisposable
    {
        private const int MostPooled = 256;
        private static readonly ConcurrentQueue<Source> Pool = new();
        private static int _pooled;

        [ThreadStatic]
        private static Source? _own; // the one that this thread gave back last: taken without asking anybody

        private readonly CancellationTokenSource _end = new();

        public CancellationToken Token => _end.Token;

        public bool HasElapsed => clock.IsCancellationRequested;

        public static Source Begin(TimeProvider time, TimeSpan limit)
        {
            var isPooled = ReferenceEquals(time, TimeProvider.System);
            var source = isPooled ? Rent() : new Source(new CancellationTokenSource(limit, time), false);
            source.Listen();
            if (isPooled) source.Rearm(limit);
            return source;
        }

        public void Rearm(TimeSpan limit) => clock.CancelAfter(limit);

        public void Cancel() => _end.Cancel();

        public void End(bool isFree)
        {
            if (!isPooled || !clock.TryReset() || !isFree || !_end.TryReset()) Dispose();
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
            clock.Dispose();
            _end.Dispose();
        }

        private static Source Rent()
        {
            if (_own is { } own)
            {
                _own = null;
                return own;
            }

            if (!Pool.TryDequeue(out var source)) return new Source(new CancellationTokenSource(), true);
            Interlocked.Decrement(ref _pooled);
            return source;
        }

        private void Listen() => clock.Token.UnsafeRegister(
            static state =>
            {
                try
                {
                    ((Source)state!).Cancel();
                }
                catch (Exception)
                {
                    // thrown by what the call has registered; the call hears of the end all the same
                }
            },
            this);
    }
}
