namespace Kairos;

/// <summary>
/// What a turn of an agent may spend. Nothing is limited unless it is set. Immutable and thread-safe.
/// </summary>
/// <remarks>
/// An attempt is not made once one of these is used up (<see cref="CallRejectedException"/>, <see cref="RejectionReason.BudgetExhausted"/>). What is under
/// way then goes on, so that tokens and money may be exceeded by what the calls in flight use.
/// </remarks>
public sealed record CallLimits
{
    /// <summary>Attempts of guarded calls, retries included. At least 1; null (default): no limit.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public int? Attempts
    {
        get;
        init => field = Positive(value, nameof(Attempts));
    }

    /// <summary>Time for all of it. More than zero; <see cref="Timeout.InfiniteTimeSpan"/> (default): no limit.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is zero or less, and not infinite.</exception>
    public TimeSpan Time
    {
        get;
        init => field = value == Timeout.InfiniteTimeSpan ? value : Positive<TimeSpan>(value, nameof(Time))!.Value;
    } = Timeout.InfiniteTimeSpan;

    /// <summary>Tokens of input, those of all attempts together. At least 1; null (default): no limit.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public long? InputTokens
    {
        get;
        init => field = Positive(value, nameof(InputTokens));
    }

    /// <summary>Tokens of output, those of all attempts together. At least 1; null (default): no limit.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public long? OutputTokens
    {
        get;
        init => field = Positive(value, nameof(OutputTokens));
    }

    /// <summary>Money, in the currency of <c>kairos.prices</c>. More than 0; null (default): no limit. A model without a price costs nothing, and the log says so.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is 0 or less.</exception>
    public decimal? Cost
    {
        get;
        init => field = Positive(value, nameof(Cost));
    }

    /// <summary>
    /// Whether a stream is ended in the middle when it has used up <see cref="OutputTokens"/>, as far as its length tells. Default false: an answer that was
    /// begun is not cut.
    /// </summary>
    public bool EndsAnswers { get; init; }

    internal bool CountsTokens => InputTokens is not null || OutputTokens is not null || Cost is not null;

    private static T? Positive<T>(T? value, string name) where T : struct, IComparable<T> =>
        value is { } known && known.CompareTo(default) <= 0 ? throw new ArgumentOutOfRangeException(name, value, "More than 0.") : value;
}

/// <summary>One of the limits of a <see cref="CallBudget"/>.</summary>
public enum BudgetLimit
{
    /// <summary><see cref="CallLimits.Attempts"/>.</summary>
    Attempts,

    /// <summary><see cref="CallLimits.Time"/>.</summary>
    Time,

    /// <summary><see cref="CallLimits.InputTokens"/>.</summary>
    InputTokens,

    /// <summary><see cref="CallLimits.OutputTokens"/>.</summary>
    OutputTokens,

    /// <summary><see cref="CallLimits.Cost"/>.</summary>
    Cost,
}
