using System.Collections.Concurrent;

namespace Kairos.Calls;

/// <summary>
/// The token of one attempt: cancelled by the caller, or when the time is up. Sources are pooled where the clock is the system's, so a call
/// with a time limit costs no garbage.
/// </summary>
internal readonly struct AttemptToken : IDisposable
{
    private const int MostPooled = 256;
    private static readonly ConcurrentQueue<CancellationTokenSource> Pool = new();
    private static int _pooled;

    private readonly CancellationTokenSource? _source;
    private readonly CancellationTokenRegistration _caller;
    private readonly bool _isPooled;

    private AttemptToken(CancellationTokenSource? source, CancellationTokenRegistration caller, bool isPooled, CancellationToken token)
    {
        _source = source;
        _caller = caller;
        Token = token;
        _isPooled = isPooled;
    }

    public CancellationToken Token { get; }

    /// <summary>Whether the time was up.</summary>
    public bool HasElapsed => _source?.IsCancellationRequested == true;

    /// <summary>A token that ends with the caller's or after a limit; the caller's own where there is no limit.</summary>
    public static AttemptToken Create(TimeProvider time, TimeSpan limit, CancellationToken caller)
    {
        if (limit == Timeout.InfiniteTimeSpan) return new AttemptToken(null, default, false, caller);
        var isPooled = ReferenceEquals(time, TimeProvider.System);
        var source = isPooled ? Rent(limit) : new CancellationTokenSource(limit, time);
        var registration = caller.UnsafeRegister(static state => ((CancellationTokenSource)state!).Cancel(), source);
        return new AttemptToken(source, registration, isPooled, source.Token);
    }

    /// <summary>Gives another limit, from now on.</summary>
    public void Rearm(TimeSpan limit) => _source?.CancelAfter(limit);

    public void Dispose()
    {
        _caller.Dispose(); // waits for a cancellation that is under way, so the source is not reset beneath it
        if (_source is null) return;
        if (_isPooled && _source.TryReset())
        {
            if (Interlocked.Increment(ref _pooled) <= MostPooled)
            {
                Pool.Enqueue(_source);
                return;
            }

            Interlocked.Decrement(ref _pooled);
        }

        _source.Dispose();
    }

    private static CancellationTokenSource Rent(TimeSpan limit)
    {
        if (Pool.TryDequeue(out var source)) Interlocked.Decrement(ref _pooled);
        else source = new CancellationTokenSource();
        source.CancelAfter(limit);
        return source;
    }
}
