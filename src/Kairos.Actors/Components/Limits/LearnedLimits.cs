using Kairos.Classification;

namespace Kairos.Components;

/// <summary>
/// What a provider tells of its limits, and what is on its way to it. Pure functions of state, input and time. Immutable.
/// </summary>
/// <param name="Requests">Its limit of requests.</param>
/// <param name="Tokens">Its limit of tokens.</param>
/// <param name="InFlight">Requests that were let through and are not over.</param>
/// <param name="TokensInFlight">The tokens that were taken for them.</param>
internal sealed record LearnedLimits(LearnedLimit Requests, LearnedLimit Tokens, int InFlight, double TokensInFlight)
{
    /// <summary>Nothing was told yet.</summary>
    public static readonly LearnedLimits None = new(default, default, 0, 0);

    /// <summary>The limits at a later time.</summary>
    public LearnedLimits AsOf(TimeSpan now) => this with { Requests = Requests.AsOf(now), Tokens = Tokens.AsOf(now) };

    /// <summary>An answer tells of them.</summary>
    public LearnedLimits Told(in ToldLimits told, TimeSpan now) => this with
    {
        Requests = told.Requests is { } requests ? Requests.Told(requests, now) : Requests,
        Tokens = told.Tokens is { } tokens ? Tokens.Told(tokens, now) : Tokens,
    };

    /// <summary>How many seconds until a request may be made, behind others.</summary>
    /// <param name="tokens">The tokens that it will use.</param>
    /// <param name="requestsAhead">The requests before it.</param>
    /// <param name="tokensAhead">The tokens that those will use.</param>
    /// <param name="pace">The share of the limits that is used.</param>
    public double SecondsUntil(double tokens, int requestsAhead, double tokensAhead, double pace) => Math.Max(
        Requests.SecondsUntil(1, requestsAhead, InFlight, pace), Tokens.SecondsUntil(tokens, tokensAhead, TokensInFlight, pace));

    /// <summary>A request is let through.</summary>
    public LearnedLimits Take(double tokens) => this with { InFlight = InFlight + 1, TokensInFlight = TokensInFlight + tokens };

    /// <summary>A request that was let through was not made.</summary>
    public LearnedLimits Return(double tokens) => this with { InFlight = Math.Max(0, InFlight - 1), TokensInFlight = Math.Max(0, TokensInFlight - tokens) };

    /// <summary>A request is over. Where nothing was told since it was let through, what is left does not know of it.</summary>
    public LearnedLimits End(TimeSpan takenAt, double tokens, double used) => Return(tokens) with
    {
        Requests = Requests.Used(1, takenAt),
        Tokens = Tokens.Used(used, takenAt),
    };
}

/// <summary>
/// One limit as a provider tells it. Two kinds are told apart, since no header names them: one that is filled all the time, whose time of being full moves on
/// with use, and a window, whose end stands still. Until that has shown, it is taken for a window, which gives less. A value.
/// </summary>
/// <param name="Limit">All that may be used; 0 where nothing was told yet.</param>
/// <param name="Remaining">What the provider has left, without what is on its way.</param>
/// <param name="PerSecond">What flows in; 0 for a window.</param>
/// <param name="ResetAt">When all of it is there again.</param>
/// <param name="At">The time.</param>
/// <param name="ToldAt">When it was told last.</param>
/// <param name="Mark">When it was to be reset, as was told a while ago.</param>
/// <param name="MarkAt">When that was told.</param>
internal readonly record struct LearnedLimit(
    double Limit, double Remaining, double PerSecond, TimeSpan ResetAt, TimeSpan At, TimeSpan ToldAt, TimeSpan Mark, TimeSpan MarkAt)
{
    private const double UntilAnAnswer = 0.1; // seconds: somebody is on the way, and will tell what is left
    private const double LeastUse = 0.02; // of the limit: less says nothing of how fast it is filled
    private static readonly TimeSpan Evidence = TimeSpan.FromSeconds(5); // providers round to a second
    private static readonly TimeSpan Rounding = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan WindowUntold = TimeSpan.FromMinutes(1);

    /// <summary>The limit at a later time.</summary>
    public LearnedLimit AsOf(TimeSpan now)
    {
        if (Limit == 0 || now <= At) return this;
        if (PerSecond > 0) return this with { Remaining = Math.Min(Limit, Remaining + (PerSecond * (now - At).TotalSeconds)), At = now };
        return now < ResetAt ? this with { At = now } : this with { Remaining = Limit, ResetAt = TimeSpan.MaxValue, At = now };
    }

    /// <summary>An answer tells of it. What is told late tells of more than is left: the least counts until it is reset.</summary>
    public LearnedLimit Told(in ToldLimit told, TimeSpan now)
    {
        var before = AsOf(now);
        var limit = told.Limit is { } known and > 0 ? known : Math.Max(before.Limit, Math.Max(1, told.Remaining));
        var reset = told.Reset is { } wait ? now + wait : before.ResetAt > now && before.ResetAt < TimeSpan.MaxValue ? before.ResetAt : now + WindowUntold;
        var isNew = before.Limit == 0 || now >= before.Mark;
        var perSecond = RateOf(before, limit - told.Remaining, limit, reset - now, isNew);
        var isSame = before.Limit > 0 && (perSecond > 0 || before.ResetAt < TimeSpan.MaxValue);
        return before with
        {
            Limit = limit,
            Remaining = Math.Min(limit, isSame ? Math.Min(before.Remaining, told.Remaining) : told.Remaining),
            PerSecond = perSecond,
            ResetAt = reset + Rounding,
            At = now,
            ToldAt = now,
            Mark = isNew || now - before.MarkAt >= Evidence ? reset : before.Mark,
            MarkAt = isNew || now - before.MarkAt >= Evidence ? now : before.MarkAt,
        };
    }

    /// <summary>How many seconds until an amount may be used, once so much was used before it and is on its way. An amount that it never holds needs all of it.</summary>
    public double SecondsUntil(double amount, double ahead, double inFlight, double pace)
    {
        if (Limit == 0) return 0;
        var most = Limit * pace;
        var missing = ahead + Math.Min(amount, most) - (Remaining - (Limit - most));
        if (missing + inFlight <= 0) return 0;
        if (missing <= 0) return UntilAnAnswer;
        if (PerSecond > 0) return missing / PerSecond;
        if (ResetAt == TimeSpan.MaxValue) return UntilAnAnswer; // all of it is there, and others are before
        return (ResetAt - At).TotalSeconds + (Math.Max(0, Math.Ceiling((ahead + amount) / Limit) - 1) * WindowUntold.TotalSeconds);
    }

    /// <summary>A request has used so much; what was told since it began counts it already.</summary>
    public LearnedLimit Used(double amount, TimeSpan since) => Limit == 0 || ToldAt >= since ? this : this with { Remaining = Math.Max(0, Remaining - amount) };

    /// <summary>How fast it is filled: by what is missing, in the time until nothing is. 0 for a window.</summary>
    private static double RateOf(in LearnedLimit before, double used, double limit, TimeSpan reset, bool isNew)
    {
        var isFilled = before.PerSecond > 0;
        if (!isNew && before.At - before.MarkAt >= Evidence) isFilled = (before.At + reset - before.Mark) * 2 > before.At - before.MarkAt;
        if (!isFilled) return 0;
        return used >= limit * LeastUse && reset > Rounding ? used / reset.TotalSeconds : before.PerSecond;
    }
}
