using System.Threading.RateLimiting;
using Kairos.State;
using RateLimiter = Kairos.State.RateLimiter;

namespace Kairos.Calls;

/// <summary>
/// What a call takes from its component's rate limit, for each attempt a request and its tokens, and what it then has used of the turn's budget. Only where
/// there is a limit, or a budget and somebody who says what is used.
/// </summary>
internal sealed class UsageCharge
{
    private readonly GuardTarget _target;
    private readonly GuardedCallOptions _options;
    private readonly CallBudget? _budget;
    private readonly RateLimiter? _limiter;
    private RateAnswer _taken;
    private RateLimitLease? _lease; // of the application's own limiter
    private double _tokens;
    private bool _isOpen; // an attempt was begun and is not settled

    public UsageCharge(GuardTarget target, GuardedCallOptions options, CallBudget? budget)
    {
        (_target, _options, _budget) = (target, options, budget);
        IsLimited = target.Handle.Snapshot.HasRateLimit;
        _limiter = IsLimited && target.Handle.Snapshot.Settings.RateLimiter is null ? target.Handle.RateLimiter : null;
    }

    /// <summary>Whether attempts have to wait for room.</summary>
    public bool IsLimited { get; }

    private RatePolicy Policy => _target.Handle.Snapshot.Settings.Call.Rate;

    /// <summary>Takes what the next attempt needs, now or after a wait.</summary>
    /// <param name="limit">The longest wait.</param>
    /// <param name="caller">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public async ValueTask<RateAnswer> TakeAsync(TimeSpan limit, CancellationToken caller)
    {
        BeginAttempt();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_target.Runtime.Ended, caller);
        try
        {
            if (_limiter is null) return await AcquireAsync(limit, either.Token).ConfigureAwait(false);
            _taken = await _limiter.TakeAsync(Policy, _tokens, _options.Priority, limit, either.Token).ConfigureAwait(false);
            return _taken;
        }
        catch (OperationCanceledException) when (!caller.IsCancellationRequested)
        {
            return RateAnswer.Granted(default); // Kairos has ended: nobody waits any more
        }
    }

    /// <summary>Asks the application's own limiter. It is somebody else's code: where it throws, it limits nothing.</summary>
    private async Task<RateAnswer> AcquireAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        using var elapsed = new CancellationTokenSource(limit == Timeout.InfiniteTimeSpan || limit > Policy.MaxWait ? Policy.MaxWait : limit, _target.Runtime.Clock.Provider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(elapsed.Token, cancellationToken);
        try
        {
            _lease = await _target.Handle.Snapshot.Settings.RateLimiter!.AcquireAsync(1, either.Token).ConfigureAwait(false);
            if (_lease.IsAcquired) return RateAnswer.Granted(default);
            return RateAnswer.Refused(_lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : TimeSpan.Zero);
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return RateAnswer.Refused(TimeSpan.Zero);
        }
        catch (Exception exception)
        {
            _target.Runtime.LogLimiterFailure(_target.Name, exception.GetType().Name);
            return RateAnswer.Granted(default);
        }
    }

    /// <summary>The next attempt begins: the one before it is settled.</summary>
    public void BeginAttempt()
    {
        Settle();
        _options.Usage?.BeginAttempt();
        _tokens = _options.Usage?.Estimated ?? 0;
        _isOpen = true;
    }

    /// <summary>The attempt is over: what it used beyond what was taken for it is taken now, what it left is given back, and the budget has spent it.</summary>
    public void Settle()
    {
        Release();
        if (_taken.IsGranted) _limiter!.End(_taken.At, _tokens, _options.Usage?.Total ?? 0);
        if (_isOpen && _options.Usage is { IsKnown: true } usage)
        {
            _budget?.Spend(usage.Input ?? 0, usage.Output ?? 0, CostOf(usage));
        }

        (_taken, _isOpen) = (default, false);
    }

    /// <summary>The attempt was not made after all.</summary>
    public void Return()
    {
        Release();
        if (_taken.IsGranted) _limiter!.Return(_tokens);
        (_taken, _isOpen) = (default, false);
    }

    /// <summary>The provider has refused the attempt for its limits.</summary>
    public void Refused()
    {
        if (_taken.IsGranted) _limiter!.Refused(_taken.At);
    }

    private void Release()
    {
        try
        {
            _lease?.Dispose();
        }
        catch (Exception exception)
        {
            _target.Runtime.LogLimiterFailure(_target.Name, exception.GetType().Name);
        }

        _lease = null;
    }

    private decimal CostOf(CallUsage usage)
    {
        var model = usage.Model ?? "a model that nobody names";
        if (_target.Runtime.Settings.PriceOf(model) is { } price) return price.CostOf(usage.Input ?? 0, usage.CachedInput ?? 0, usage.Output ?? 0);
        if (_budget!.LimitsCost) _target.Runtime.LogUnpriced(model);
        return 0;
    }
}
