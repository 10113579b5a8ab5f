namespace Kairos;

/// <summary>What is special about one kind of call. Immutable and thread-safe: make it once, use it for every such call.</summary>
public record GuardedCallOptions
{
    /// <summary>Nothing special.</summary>
    public static readonly GuardedCallOptions Default = new();

    /// <summary>What is done, in a word, for the name of the span: <c>{component} {operation}</c>. Default <c>call</c>.</summary>
    public string Operation { get; init; } = "call";

    /// <summary>Whether the call may be repeated once it has been sent. Default true. A call that is not idempotent is never retried.</summary>
    public bool IsIdempotent { get; init; } = true;

    /// <summary>Turns the call's exceptions into errors; null takes the guard's.</summary>
    public ErrorClassifier? Classifier { get; init; }

    /// <summary>Who is served first where calls wait for <c>call.rate</c>. Default: interactive.</summary>
    public CallPriority Priority { get; init; }

    /// <summary>The tokens of one call, for <c>call.rate.tokens</c> and budgets: options with them are that call's alone. Null (default): it uses none.</summary>
    public CallUsage? Usage { get; init; }

    /// <summary>
    /// Whether an exception was recorded by the guard of another component, given the name of this one. Then the call ends as neutral as one that its
    /// caller cancelled, and no error is recorded twice. Null: none was.
    /// </summary>
    internal Func<Exception, string, bool>? IsRecordedBeneath { get; init; }

    /// <summary>Whether the call is made whatever the circuit says, as if that only observed: limits, budget and accounts are as for any other call.</summary>
    internal bool GoesPastCircuit { get; init; }

    /// <summary>What the options are made for, where they hold something that other calls could not use.</summary>
    private protected virtual string? MadeFor => null;

    /// <summary>Options with fallbacks, or for a stream, are for calls of their types: elsewhere they would be ignored without a word.</summary>
    /// <exception cref="ArgumentException">They are for other calls.</exception>
    internal void RequireFit<TState, TResult>()
    {
        if (GetType() == typeof(GuardedCallOptions) || this is GuardedCallOptions<TState, TResult>) return;
        if (MadeFor is { } other)
            throw new ArgumentException($"These options are for {other}, not for a call with a {typeof(TState)} that results in a {typeof(TResult)}.", "options");
    }
}

/// <summary>
/// The tokens that one call uses: an estimate before it, and what the answer reports, for <c>call.rate.tokens</c> and the turn's <see cref="CallBudget"/>. The
/// call writes it while it runs; each attempt begins anew. Not thread-safe.
/// </summary>
/// <param name="estimated">The tokens of input and output that an attempt will use, as far as can be known before. At least 0.</param>
public sealed class CallUsage(long estimated)
{
    /// <summary>The estimate.</summary>
    public long Estimated { get; } = estimated >= 0 ? estimated : throw new ArgumentOutOfRangeException(nameof(estimated), estimated, "At least 0.");

    /// <summary>The tokens of the input, as the answer reports them; null while it has not.</summary>
    public long? Input { get; set; }

    /// <summary>The tokens of the output, as the answer reports them; null while it has not.</summary>
    public long? Output { get; set; }

    /// <summary>The tokens of the input that came from the provider's cache, where the answer tells them; they are among <see cref="Input"/>.</summary>
    public long? CachedInput { get; set; }

    /// <summary>The model that answered, for <c>kairos.prices</c>; null where nobody says.</summary>
    public string? Model { get; set; }

    internal bool IsKnown => Input is not null || Output is not null;

    /// <summary>What was used, as far as is known: the estimate while the answer has reported nothing.</summary>
    public long Total => !IsKnown ? Estimated : (Input ?? 0) + (Output ?? 0);

    internal void BeginAttempt() => (Input, Output, CachedInput) = (null, null, null);
}

/// <summary>The same, with what to do instead when the call has failed for good or was rejected. The fallbacks are tried in order.</summary>
/// <typeparam name="TState">The type of the call's state.</typeparam>
/// <typeparam name="TResult">The type of the call's result.</typeparam>
public sealed record GuardedCallOptions<TState, TResult> : GuardedCallOptions
{
    /// <summary>The fallbacks, tried in order. None runs when the caller has cancelled.</summary>
    public IReadOnlyList<Fallback<TState, TResult>> Fallbacks { get; init; } = [];

    private protected override string MadeFor => $"calls with a {typeof(TState)} that result in a {typeof(TResult)}";
}

/// <summary>What to do instead of a call that has failed for good.</summary>
/// <typeparam name="TState">The type of the call's state.</typeparam>
/// <typeparam name="TResult">The type of the call's result.</typeparam>
/// <param name="Call">Gives the result; an exception means that the next fallback is tried.</param>
/// <param name="IsDegraded">Whether the result is less than what was asked for, an empty memory for example. A degraded result recovers nothing.</param>
public sealed record Fallback<TState, TResult>(Func<TState, CancellationToken, ValueTask<TResult>> Call, bool IsDegraded = false);

/// <summary>What is special about one kind of stream. Immutable and thread-safe.</summary>
/// <typeparam name="T">The type of its elements.</typeparam>
public sealed record StreamOptions<T> : GuardedCallOptions
{
    /// <summary>
    /// Judges a stream that ended normally: many a stream ends in good order although it failed. Given the number of elements and the last
    /// one (the default where there was none); returns the error, or null where all is well. Default: a stream that ends is a success.
    /// </summary>
    public Func<long, T?, KairosError?>? Judge { get; init; }

    private protected override string MadeFor => $"streams of {typeof(T)}";
}
