using Kairos.CircuitBreaker;

namespace Kairos.Calls;

/// <summary>The errors that one call has recorded, until it ends in success or not.</summary>
internal struct SeenErrors
{
    private List<ErrorKind>? _kinds;

    /// <summary>When the first one was seen.</summary>
    public TimeSpan FirstAt { get; private set; }

    public readonly bool Any => _kinds is not null;

    public void Add(KairosError error, TimeSpan now)
    {
        if (_kinds is null) FirstAt = now;
        (_kinds ??= []).Add(ErrorKind.Of(error));
    }

    public readonly IEnumerable<(ErrorKind Kind, long Count)> ByKind() =>
        _kinds is null ? [] : _kinds.GroupBy(kind => kind).Select(group => (group.Key, (long)group.Count()));
}

/// <summary>When a failed attempt is repeated: pure functions.</summary>
internal static class Retries
{
    /// <summary>
    /// How long to wait before the next attempt, or null when there is none. Only recoverable errors that the breaker does not ignore are
    /// worth repeating; a retry-after is honoured up to its cap, and a wait that would outlast the deadline is not begun.
    /// </summary>
    /// <param name="policy">The rules.</param>
    /// <param name="error">What the attempt ended with.</param>
    /// <param name="attempt">The number of the attempt that failed, from 1.</param>
    /// <param name="left">Time that the call has left; infinite where it has no deadline.</param>
    /// <param name="random">A number in [0, 1) for the jitter.</param>
    public static TimeSpan? WaitBefore(RetryPolicy policy, KairosError error, int attempt, TimeSpan left, double random)
    {
        if (attempt >= policy.MaxAttempts || !error.Recoverable || error.Verdict == Verdict.Ignore) return null;
        if (error.RetryAfter > policy.RetryAfterMax) return null;

        var wait = Backoff(policy, attempt, random);
        if (error.RetryAfter > wait) wait = error.RetryAfter.Value;
        return left == Timeout.InfiniteTimeSpan || wait < left ? wait : null;
    }

    private static TimeSpan Backoff(RetryPolicy policy, int attempt, double random)
    {
        var grown = policy.InitialDelay.TotalSeconds * Math.Pow(policy.Multiplier, attempt - 1);
        var capped = Math.Min(grown, policy.MaxDelay.TotalSeconds);
        return TimeSpan.FromSeconds(policy.Jitter == RetryPolicy.FullJitter
            ? capped * random
            : Jitter.Spread(capped, policy.Jitter, policy.MaxDelay.TotalSeconds, random));
    }
}
