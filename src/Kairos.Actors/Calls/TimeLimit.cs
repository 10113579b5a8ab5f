namespace Kairos.Calls;

/// <summary>A limit of a call's time: how much is left of it, and what people know it by. <see cref="Timeout.InfiniteTimeSpan"/> is the longest.</summary>
/// <param name="Left">What is left.</param>
/// <param name="Whole">What is set.</param>
/// <param name="Name">The key of the setting, or what else it is.</param>
internal readonly record struct TimeLimit(TimeSpan Left, TimeSpan Whole, string Name)
{
    public const string AttemptTimeout = "call.attempt-timeout";
    public const string Deadline = "call.deadline";
    public const string Budget = "the turn's CallBudget";
    public const string FirstElement = "call.stream.first-element";
    public const string MaxGap = "call.stream.max-gap";

    /// <summary>The longest that a timer knows.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    public bool IsNone => Left == Timeout.InfiniteTimeSpan;

    /// <summary>A limit of which nothing has been used.</summary>
    public static TimeLimit Of(TimeSpan whole, string name) => new(whole, whole, name);

    /// <summary>The limit of the first attempt, at its beginning.</summary>
    public static TimeLimit OfFirstAttempt(CallPolicy policy) => Of(policy.AttemptTimeout, AttemptTimeout).OrShorter(Of(policy.Deadline, Deadline));

    /// <summary>This one, or the other where that has less left.</summary>
    public TimeLimit OrShorter(TimeLimit other) => Shorter(Left, other.Left) == Left ? this : other;

    public static TimeSpan Shorter(TimeSpan a, TimeSpan b) =>
        a == Timeout.InfiniteTimeSpan ? b
        : b == Timeout.InfiniteTimeSpan || a < b ? a
        : b;

    /// <summary>What is left of a limit; infinite stays infinite, and nothing is less than zero.</summary>
    public static TimeSpan Rest(TimeSpan limit, TimeSpan elapsed) =>
        limit == Timeout.InfiniteTimeSpan ? limit
        : limit > elapsed ? limit - elapsed
        : TimeSpan.Zero;

    /// <summary>A limit as a timer can take it: what is longer is as good as none for as long as any process lasts.</summary>
    public static TimeSpan ForTimer(TimeSpan limit) => limit > Longest ? Longest : limit;
}
