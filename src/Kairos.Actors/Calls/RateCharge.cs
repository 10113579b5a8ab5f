using Kairos.State;

namespace Kairos.Calls;

/// <summary>What a call takes from its component's rate limit: for each attempt a request and its tokens. Only where there is a limit.</summary>
internal sealed class RateCharge(GuardTarget target, GuardedCallOptions options)
{
    private readonly RateLimiter _limiter = target.Handle.RateLimiter;
    private RateAnswer _taken;
    private double _tokens;

    private RatePolicy Policy => target.Handle.Snapshot.Settings.Call.Rate;

    /// <summary>Takes what the next attempt needs, now or after a wait.</summary>
    /// <param name="limit">The longest wait.</param>
    /// <param name="caller">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public async ValueTask<RateAnswer> TakeAsync(TimeSpan limit, CancellationToken caller)
    {
        Settle();
        options.Usage?.BeginAttempt();
        _tokens = options.Usage?.Estimated ?? 0;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(target.Runtime.Ended, caller);
        try
        {
            _taken = await _limiter.TakeAsync(Policy, _tokens, options.Priority, limit, either.Token).ConfigureAwait(false);
            return _taken;
        }
        catch (OperationCanceledException) when (!caller.IsCancellationRequested)
        {
            return RateAnswer.Granted(default); // Kairos has ended: nobody waits any more
        }
    }

    /// <summary>The attempt is over: what it used beyond what was taken for it is taken now, what it left is given back.</summary>
    public void Settle()
    {
        if (_taken.IsGranted && options.Usage is { } usage && usage.Total != _tokens) _limiter.Correct(usage.Total - _tokens);
        _taken = default;
    }

    /// <summary>The attempt was not made after all.</summary>
    public void Return()
    {
        if (_taken.IsGranted) _limiter.Return(_tokens);
        _taken = default;
    }

    /// <summary>The provider has refused the attempt for its limits.</summary>
    public void Refused()
    {
        if (_taken.IsGranted) _limiter.Refused(_taken.At);
    }
}
