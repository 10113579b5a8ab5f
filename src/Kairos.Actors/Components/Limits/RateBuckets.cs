using Kairos.Classification;

namespace Kairos.Components;

/// <summary>
/// What a component may use now: a token bucket (RFC 2697) of requests and one of tokens. Pure functions of policy, state, input and time. A value.
/// </summary>
/// <remarks>
/// A bucket may owe: a request larger than what is saved up is let through when the bucket is full, and what an answer used beyond its estimate is
/// taken afterwards. Until the debt is paid nothing is let through. So over any time no more is used than the limit, one burst and one request.
/// Where the provider refuses all the same, the buckets fill more slowly (<see cref="Pace"/>), and find their way back: a hundredth of the
/// limit in each <see cref="RatePolicy.Per"/>.
/// </remarks>
/// <param name="Requests">The requests.</param>
/// <param name="Tokens">The tokens.</param>
/// <param name="Pace">How fast the buckets fill: a share of the limit, up to 1.</param>
/// <param name="PaceGrowth">How much of the limit the pace wins back in each second.</param>
/// <param name="SlowedAt">When the pace was last lowered.</param>
/// <param name="At">The time.</param>
/// <param name="Learned">What the provider tells of its limits; null where that is not to be learned.</param>
internal readonly record struct RateBuckets(
    RateBucket Requests, RateBucket Tokens, double Pace, double PaceGrowth, TimeSpan SlowedAt, TimeSpan At, LearnedLimits? Learned)
{
    private const double Slowdown = 0.95;
    private const double LeastPace = 0.1;
    private const double PaceWonBack = 0.01;

    /// <summary>Full buckets.</summary>
    public static RateBuckets Full(RatePolicy policy, TimeSpan now) => new(
        RateBucket.Full(policy.Requests, 1, policy), RateBucket.Full(policy.Tokens, 0, policy), 1, PaceWonBack / policy.Per.TotalSeconds, TimeSpan.MinValue, now, policy.Learn ? LearnedLimits.None : null);

    /// <summary>Whether a request could ever be let through.</summary>
    public static bool CanEverHold(RatePolicy policy, double tokens) => policy.Tokens == 0 || tokens <= policy.Tokens;

    /// <summary>The same under another policy: what is owed stays owed, what is saved up stays as far as it fits, and a new limit begins full.</summary>
    public RateBuckets Under(RatePolicy policy, TimeSpan now)
    {
        var (full, current) = (Full(policy, now), AsOf(now));
        return full with
        {
            Requests = full.Requests.Keeping(current.Requests),
            Tokens = full.Tokens.Keeping(current.Tokens),
            Pace = current.Pace,
            SlowedAt = SlowedAt,
            Learned = policy.Learn ? current.Learned ?? LearnedLimits.None : null,
        };
    }

    /// <summary>The buckets at a later time.</summary>
    public RateBuckets AsOf(TimeSpan now)
    {
        if (now <= At) return this;
        var (seconds, learned) = ((now - At).TotalSeconds, Learned?.AsOf(now));
        if (Pace >= 1) return this with { Requests = Requests.After(seconds), Tokens = Tokens.After(seconds), At = now, Learned = learned };
        var growing = Math.Min(seconds, (1 - Pace) / PaceGrowth);
        var pace = growing < seconds ? 1 : Pace + (PaceGrowth * growing);
        var filled = (growing * (Pace + pace) / 2) + (seconds - growing);
        return this with { Requests = Requests.After(filled), Tokens = Tokens.After(filled), Pace = pace, At = now, Learned = learned };
    }

    /// <summary>Whether a request may be made now, as far as nothing has been learned: what nearly every call asks.</summary>
    public bool HasRoom(double tokens) => Learned is null && Requests.Holds(1) && Tokens.Holds(tokens);

    /// <summary>How long until a request may be made, behind others that are to be made before it; zero if it may be made now.</summary>
    /// <param name="tokens">The tokens that it will use.</param>
    /// <param name="requestsAhead">The requests before it.</param>
    /// <param name="tokensAhead">The tokens that those will use.</param>
    public TimeSpan WaitFor(double tokens, int requestsAhead = 0, double tokensAhead = 0)
    {
        var (forRequest, forTokens) = (Requests.SecondsUntil(1, requestsAhead), Tokens.SecondsUntil(tokens, tokensAhead));
        if (forRequest == 0 && forTokens == 0 && Learned is null) return TimeSpan.Zero;
        var seconds = Math.Max(Math.Max(forRequest, forTokens) / Pace, Learned?.SecondsUntil(tokens, requestsAhead, tokensAhead, Pace) ?? 0);
        return TimeSpan.FromTicks((long)Math.Ceiling(Math.Min(seconds, TimeSpan.MaxValue.TotalSeconds / 2) * TimeSpan.TicksPerSecond));
    }

    /// <summary>Takes a request, whatever is there.</summary>
    public RateBuckets Take(double tokens) =>
        new(Requests.Less(1), Tokens.Less(tokens), Pace, PaceGrowth, SlowedAt, At, Learned?.Take(tokens)); // faster than `with`, and every call comes here

    /// <summary>Gives back a request that was not made.</summary>
    public RateBuckets Return(double tokens) => this with { Requests = Requests.Less(-1), Tokens = Tokens.Less(-tokens), Learned = Learned?.Return(tokens) };

    /// <summary>A request is over: what it used beyond what was taken for it is taken now, what it left is given back.</summary>
    /// <param name="takenAt">When it was let through.</param>
    /// <param name="tokens">The tokens that were taken for it.</param>
    /// <param name="used">The tokens that it has used.</param>
    public RateBuckets End(TimeSpan takenAt, double tokens, double used) =>
        this with { Tokens = Tokens.Less(used - tokens), Learned = Learned?.End(takenAt, tokens, used) };

    /// <summary>The provider tells of its limits.</summary>
    public RateBuckets Told(in ToldLimits told) => this with { Learned = Learned?.Told(told, At) };

    /// <summary>The provider has refused a request all the same: nothing is saved up, and the pace is lowered, once for all that was under way.</summary>
    /// <param name="takenAt">When the request was let through.</param>
    public RateBuckets Refused(TimeSpan takenAt) => this with
    {
        Requests = Requests.Empty(),
        Tokens = Tokens.Empty(),
        Pace = takenAt > SlowedAt ? Math.Max(LeastPace, Pace * Slowdown) : Pace,
        SlowedAt = takenAt > SlowedAt ? At : SlowedAt,
    };
}

/// <summary>One bucket. A value.</summary>
/// <param name="Level">What is in it; less than nothing where it owes.</param>
/// <param name="Capacity">What it can hold.</param>
/// <param name="PerSecond">What flows in; 0 where nothing is limited.</param>
internal readonly record struct RateBucket(double Level, double Capacity, double PerSecond)
{
    private const double Grain = 1e-6; // of a request or a token: what counting in fractions may lose

    public static RateBucket Full(int limit, double least, RatePolicy policy)
    {
        if (limit == 0) return default;
        var perSecond = limit / policy.Per.TotalSeconds;
        var capacity = Math.Max(least, perSecond * policy.Burst.TotalSeconds);
        return new(capacity, capacity, perSecond);
    }

    private bool IsLimited => PerSecond > 0;

    /// <summary>Whether it holds an amount, or all that it can.</summary>
    public bool Holds(double amount) => !IsLimited || Level + Grain >= amount || Level >= Capacity;

    public RateBucket After(double seconds) => IsLimited ? this with { Level = Math.Min(Capacity, Level + (PerSecond * seconds)) } : this;

    public RateBucket Less(double amount)
    {
        var level = Level - amount;
        return IsLimited ? new(level < Capacity ? level : Capacity, Capacity, PerSecond) : this;
    }

    public RateBucket Empty() => this with { Level = Math.Min(Level, 0) };

    public RateBucket Keeping(RateBucket before) => before.IsLimited && IsLimited ? this with { Level = Math.Min(Capacity, before.Level) } : this;

    /// <summary>How long until it holds an amount, once so much was taken from it before. An amount that it cannot hold needs it full.</summary>
    public double SecondsUntil(double amount, double ahead)
    {
        if (!IsLimited) return 0;
        var missing = ahead + (amount < Capacity ? amount : Capacity) - Level;
        return missing > Grain ? missing / PerSecond : 0;
    }
}
