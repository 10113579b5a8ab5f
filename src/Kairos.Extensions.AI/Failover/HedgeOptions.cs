namespace Kairos;

/// <summary>
/// When a request that has no content yet goes to the next model as well. The first content wins; the other call is cancelled, and its component is not
/// blamed for it. A hedge is a guarded call like any other: it needs a circuit that lets it through, and takes an attempt of the turn's
/// <see cref="CallBudget"/>. Immutable and thread-safe.
/// </summary>
public sealed record HedgeOptions
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    /// <summary>How long the first model is waited for, more than zero and a day at most. Null (default): as <see cref="Percentile"/> says.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public TimeSpan? After
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value ?? Longest, TimeSpan.Zero, nameof(After));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value ?? Longest, Longest, nameof(After));
            field = value;
        }
    }

    /// <summary>Without <see cref="After"/>: a model is waited for as long as this share of its last 100 answers took, more than 0 and less than 1.
    /// Default 0.95. Until 20 are known it is not hedged.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public double Percentile
    {
        get;
        init
        {
            if (!(value is > 0 and < 1)) throw new ArgumentOutOfRangeException(nameof(Percentile), value, "It is more than 0 and less than 1.");
            field = value;
        }
    } = 0.95;

    /// <summary>The share of requests that may be hedged, more than 0 and 1 at most. Default 0.05. What is not used is saved up, for 10 hedges at most.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public double MaxShare
    {
        get;
        init
        {
            if (!(value is > 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(MaxShare), value, "It is more than 0 and 1 at most.");
            field = value;
        }
    } = 0.05;
}
