namespace Kairos.CircuitBreaker;

/// <summary>How a circuit opens, and until when. A deadline, once set, is only ever extended.</summary>
internal static class OpenTransitions
{
    /// <summary>
    /// Opens because a rule was broken or a probe call failed: the n-th opening in a row lasts base × growth^(n-1), capped, or until the
    /// error's retry-after if that is later.
    /// </summary>
    public static void ByRule(BreakerPolicy policy, ref BreakerState state, TransitionReason reason, TimeSpan at, TimeSpan? retryAfter)
    {
        state.Openings++;
        Trip(policy, ref state, reason, at, retryAfter);
    }

    /// <summary>Opens at once for as long as an opening by rule would last now, without making the next one longer.</summary>
    public static void Trip(BreakerPolicy policy, ref BreakerState state, TransitionReason reason, TimeSpan at, TimeSpan? retryAfter)
    {
        var (random, seed) = NextRandom(state.Seed);
        var until = at + Duration(policy, state.Openings, random);
        Breaker.Enter(ref state, CircuitStatus.Open, reason, at);
        state.OpenUntil = Times.Later(until, at + (retryAfter ?? TimeSpan.Zero));
        Ask(ref state, at, retryAfter, isLimit: reason is TransitionReason.RateLimit or TransitionReason.Quota);
        state.Seed = seed;
    }

    /// <summary>Opens until the retry-after, however long openings last otherwise. A gate without a time is a trip.</summary>
    public static void Gate(BreakerPolicy policy, ref BreakerState state, TimeSpan at, TimeSpan? retryAfter)
    {
        if (retryAfter is not { } wait)
        {
            Trip(policy, ref state, TransitionReason.RateLimit, at, retryAfter);
            return;
        }

        Breaker.Enter(ref state, CircuitStatus.Open, TransitionReason.RateLimit, at);
        state.OpenUntil = at + wait;
        Ask(ref state, at, wait);
    }

    /// <summary>Moves the deadline of an open circuit to an error's retry-after, if that is later. An isolated circuit has none to move.</summary>
    public static void Extend(ref BreakerState state, TimeSpan now, TimeSpan? retryAfter)
    {
        if (state.IsIsolated || retryAfter is not { } wait) return;
        state.OpenUntil = Times.Later(state.OpenUntil, now + wait);
        Ask(ref state, now, wait);
    }

    /// <summary>The reason that an error gives when it trips the circuit.</summary>
    public static TransitionReason ReasonOfTrip(ErrorCode code) => code switch
    {
        ErrorCode.RateLimit => TransitionReason.Quota,
        ErrorCode.Unauthorized => TransitionReason.Unauthorized,
        ErrorCode.NotFound => TransitionReason.NotFound,
        _ => TransitionReason.Failures,
    };

    /// <summary>Notes until when the callee has asked for time: a limit asks for the whole opening.</summary>
    private static void Ask(ref BreakerState state, TimeSpan at, TimeSpan? retryAfter, bool isLimit = false)
    {
        if (isLimit) state.AskedUntil = state.OpenUntil;
        else if (retryAfter is { } wait) state.AskedUntil = Times.Later(state.AskedUntil, at + wait);
    }

    private static TimeSpan Duration(BreakerPolicy policy, int openings, double random)
    {
        var grown = policy.OpenDuration.Ticks * Math.Pow(policy.OpenGrowth, Math.Max(openings, 1) - 1);
        var capped = Math.Min(grown, policy.OpenMax.Ticks);
        return TimeSpan.FromTicks((long)Math.Round(Jitter.Spread(capped, policy.OpenJitter, policy.OpenMax.Ticks, random)));
    }

    /// <summary>SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014): a number in [0, 1) and the next seed.</summary>
    private static (double Value, ulong Seed) NextRandom(ulong seed)
    {
        seed += 0x9E3779B97F4A7C15UL;
        var z = (seed ^ (seed >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        z ^= z >> 31;
        return ((z >> 11) * (1.0 / (1UL << 53)), seed);
    }
}

/// <summary>The random part of a wait.</summary>
internal static class Jitter
{
    /// <summary>
    /// A value within a share more or less, and not above a limit. What would be above is reflected below it: cut off there, half of all waits
    /// would be the same, and those who wait would come back together.
    /// </summary>
    /// <param name="value">The value, at most the limit.</param>
    /// <param name="share">The random part, 0 to 1.</param>
    /// <param name="limit">No result is larger.</param>
    /// <param name="random">A number in [0, 1).</param>
    public static double Spread(double value, double share, double limit, double random)
    {
        var spread = value * (1 + (share * ((2 * random) - 1)));
        return Math.Min(spread, (2 * limit) - spread);
    }
}
