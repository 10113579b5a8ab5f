using System.Collections.Concurrent;

namespace Kairos.Calls;

/// <summary>
/// The token of one attempt: cancelled by the caller, or when the time is up. Sources are used again where the clock is the system's, so a call
/// with a time limit costs no garbage.
/// </summary>
internal readonly struct AttemptToken : IDisposable
{
    private const int MostPooled = 256;
    private static readonly ConcurrentQueue<CancellationTokenSource> Pool = new();
    private static int _pooled;

    [ThreadStatic]
    private static CancellationTokenSource? _own; // the one that this thread gave back last: taken without asking anybody

    private readonly CancellationTokenSource? _source;
    private readonly bool _isPooled;
    private readonly CancellationTokenRegistration _caller;

    private AttemptToken(CancellationTokenSource source, bool isPooled, CancellationToken caller)
    {
        _source = source;
        _isPooled = isPooled;
        Token = source.Token;
        _caller = caller.UnsafeRegister(static state => ((CancellationTokenSource)state!).Cancel(), source);
    }

    private AttemptToken(CancellationToken caller) => Token = caller;

    public CancellationToken Token { get; }

    /// <summary>Whether the time was up.</summary>
    public bool HasElapsed => _source?.IsCancellationRequested == true;

    /// <summary>A token that ends with the caller's or after a limit; the caller's own where there is no limit.</summary>
    public static AttemptToken Create(TimeProvider time, TimeSpan limit, CancellationToken caller)
    {
        if (limit == Timeout.InfiniteTimeSpan) return new AttemptToken(caller);
        if (!ReferenceEquals(time, TimeProvider.System)) return new AttemptToken(new CancellationTokenSource(TimeLimit.ForTimer(limit), time), false, caller);
        var source = Rent();
        source.CancelAfter(TimeLimit.ForTimer(limit));
        return new AttemptToken(source, true, caller);
    }

    /// <summary>Gives another limit, from now on.</summary>
    public void Rearm(TimeSpan limit) => _source?.CancelAfter(TimeLimit.ForTimer(limit));

    public void Dispose()
    {
        _caller.Dispose(); // waits for a cancellation that is under way, so the source is not reset beneath it
        if (_source is null) return;
        if (!_isPooled || !_source.TryReset()) _source.Dispose();
        else if (_own is null) _own = _source;
        else if (Interlocked.Increment(ref _pooled) <= MostPooled) Pool.Enqueue(_source);
        else
        {
            Interlocked.Decrement(ref _pooled);
            _source.Dispose();
        }
    }

    private static CancellationTokenSource Rent()
    {
        if (_own is { } own)
        {
            _own = null;
            return own;
        }

        if (!Pool.TryDequeue(out var source)) return new CancellationTokenSource();
        Interlocked.Decrement(ref _pooled);
        return source;
    }
}
