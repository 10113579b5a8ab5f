namespace Kairos.Calls;

/// <summary>
/// The token of one attempt: cancelled by the caller, or when the time is up. Sources are pooled where the clock is the system's, so a call
/// with a time limit costs no garbage.
/// </summary>
internal readonly struct AttemptToken : IDisposable
{
    private readonly PooledCancellation? _pooled;
    private readonly CancellationTokenSource? _source;
    private readonly CancellationTokenRegistration _caller;

    private AttemptToken(PooledCancellation? pooled, CancellationTokenSource source, CancellationToken caller)
    {
        _pooled = pooled;
        _source = source;
        Token = source.Token;
        _caller = caller.UnsafeRegister(static state => ((CancellationTokenSource)state!).Cancel(), source);
    }

    private AttemptToken(CancellationToken caller) => Token = caller;

    public CancellationToken Token { get; }

    /// <summary>Whether the time was up.</summary>
    public bool HasElapsed => _source?.IsCancellationRequested == true;

    /// <summary>A token that ends with the caller's or after a limit; the caller's own where there is no limit.</summary>
    public static AttemptToken Create(TimeProvider time, TimeSpan limit, CancellationToken caller) =>
        Create(time, limit, time.GetTimestamp(), caller);

    /// <inheritdoc cref="Create(TimeProvider,TimeSpan,CancellationToken)"/>
    public static AttemptToken Create(TimeProvider time, TimeSpan limit, long now, CancellationToken caller)
    {
        if (limit == Timeout.InfiniteTimeSpan) return new AttemptToken(caller);
        if (!ReferenceEquals(time, TimeProvider.System)) return new AttemptToken(null, new CancellationTokenSource(TimeLimit.ForTimer(limit), time), caller);
        var pooled = PooledCancellation.Rent();
        pooled.CancelAfter(limit, now);
        return new AttemptToken(pooled, pooled.Source, caller);
    }

    /// <summary>Gives another limit, from now on.</summary>
    public void Rearm(TimeSpan limit)
    {
        if (_pooled is not null) _pooled.CancelAfter(limit, TimeProvider.System.GetTimestamp());
        else _source?.CancelAfter(TimeLimit.ForTimer(limit));
    }

    public void Dispose()
    {
        _caller.Dispose(); // waits for a cancellation that is under way, so the source is not reset beneath it
        if (_pooled is not null) _pooled.Return();
        else _source?.Dispose();
    }
}
