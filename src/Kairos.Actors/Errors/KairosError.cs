using System.Collections.Immutable;
using Kairos.Errors;

namespace Kairos;

/// <summary>One error of a component. Immutable and thread-safe. Its text goes to spans and logs, never into the attributes of a metric.</summary>
public sealed record KairosError
{
    /// <summary>The longest message that is kept, in characters; what is longer is cut.</summary>
    public const int MaxMessageLength = 2048;

    /// <summary>The longest retry-after that is believed; a longer one is shortened to it, so that a bad header cannot close a component for good.</summary>
    public static readonly TimeSpan MaxRetryAfter = TimeSpan.FromDays(1);

    private readonly Verdict? _verdict;

    /// <summary>An error of the given code, recoverable if errors of that code usually are.</summary>
    public KairosError(ErrorCode code, string message)
    {
        ArgumentNullException.ThrowIfNull(message);
        Code = code;
        Message = message[..Math.Min(message.Length, MaxMessageLength)];
        Recoverable = IsUsuallyRecoverable(code);
    }

    /// <summary>What went wrong.</summary>
    public ErrorCode Code { get; }

    /// <summary>The text for people, at most <see cref="MaxMessageLength"/> characters.</summary>
    public string Message { get; }

    /// <summary>Whether trying again may help. Defaults to <see cref="IsUsuallyRecoverable"/>.</summary>
    public bool Recoverable { get; init; }

    /// <summary>The exception behind the error, if there was one.</summary>
    public Exception? Cause { get; init; }

    /// <summary>How long the callee asked to wait, from the moment of the error; more than nothing, at most <see cref="MaxRetryAfter"/>. One of
    /// zero asks for nothing and becomes null.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public TimeSpan? RetryAfter
    {
        get;
        init
        {
            if (value is { } wait) ArgumentOutOfRangeException.ThrowIfLessThan(wait, TimeSpan.Zero, nameof(RetryAfter));
            field = value is { Ticks: not 0 } asked ? TimeSpan.FromTicks(Math.Min(asked.Ticks, MaxRetryAfter.Ticks)) : null;
        }
    }

    /// <summary>What it means for the breaker. Where none is given: <see cref="Verdicts.DefaultFor"/>.</summary>
    public Verdict Verdict
    {
        get => _verdict ?? Verdicts.DefaultFor(Code, RetryAfter);
        init => _verdict = value;
    }

    /// <summary>Whether the callee said that it has too much to do (HTTP 503, 529), under whatever code that counts.</summary>
    internal bool SaysOverloaded { get; init; }

    /// <summary>
    /// Whether fewer calls at a time may help: the callee asks for fewer, took too long, or has too much to do. A quota that is used up
    /// (<see cref="Verdict.Trip"/>), and what the breaker ignores, are something else.
    /// </summary>
    internal bool IsOverload => Verdict is Verdict.Count or Verdict.Gate && (SaysOverloaded || Code is ErrorCode.RateLimit or ErrorCode.Timeout);

    /// <summary>Free key-values that help to understand this one error; for logs.</summary>
    public ImmutableDictionary<string, object?> Context { get; init; } = ImmutableDictionary<string, object?>.Empty;

    /// <summary>Short key-values for spans, under their own names. Never on metrics, whose attributes are fixed.</summary>
    public ImmutableDictionary<string, string> Attributes { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>
    /// What it is, without its texts: whatever prints a message that carries an error, as Akka's log of dead letters does, must not tell what a
    /// callee has said. <see cref="Message"/> is for those who take secrets out before they show it.
    /// </summary>
    public override string ToString() =>
        $"{nameof(KairosError)} {{ {Code.ToWireName()}, {(Recoverable ? "recoverable" : "not recoverable")}, {Verdict.ToWireName()}{(RetryAfter is { } wait ? $", retry after {wait}" : "")} }}";

    /// <summary>Whether errors of a code usually pass: overload, time-outs and faults of the model or the memory do; wrong requests,
    /// credentials and the failures of tools, which may not be repeatable, do not.</summary>
    public static bool IsUsuallyRecoverable(ErrorCode code) =>
        code is ErrorCode.LlmError or ErrorCode.Timeout or ErrorCode.RateLimit or ErrorCode.MemoryError;
}

/// <summary>
/// What tells one error series from another within a component: the attributes <c>error.code</c> and <c>recoverable</c>. There are
/// <see cref="Count"/> of them, so counts per kind are an array.
/// </summary>
/// <param name="Code">The error's code.</param>
/// <param name="Recoverable">Whether it was recoverable.</param>
public readonly record struct ErrorKind(ErrorCode Code, bool Recoverable)
{
    /// <summary>How many kinds there are.</summary>
    public const int Count = ErrorCodeNames.Count * 2;

    /// <summary>The kind of an error.</summary>
    public static ErrorKind Of(KairosError error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return new ErrorKind(error.Code, error.Recoverable);
    }

    internal int Index => ((int)Code * 2) + (Recoverable ? 1 : 0);

    internal static ErrorKind FromIndex(int index) => new((ErrorCode)(index / 2), index % 2 == 1);
}

/// <summary>What an error means for the circuit breaker.</summary>
public enum Verdict
{
    /// <summary><c>count</c>: an ordinary failure, weighed by the breaker's rules.</summary>
    Count,

    /// <summary><c>trip</c>: open at once; waiting for more evidence helps nobody.</summary>
    Trip,

    /// <summary><c>gate</c>: open at once, until the error's retry-after has passed.</summary>
    Gate,

    /// <summary><c>ignore</c>: neutral, neither success nor failure.</summary>
    Ignore,
}

/// <summary>The wire names of <see cref="Verdict"/>, and what a code means when nobody says otherwise. Thread-safe.</summary>
public static class Verdicts
{
    private static readonly WireNames<Verdict> Names = new(
        (Verdict.Count, "count"), (Verdict.Trip, "trip"), (Verdict.Gate, "gate"), (Verdict.Ignore, "ignore"));

    /// <summary>All wire names.</summary>
    public static IReadOnlyList<string> All => Names.All;

    /// <summary>The wire name, for example <c>count</c>.</summary>
    public static string ToWireName(this Verdict verdict) => Names.NameOf(verdict);

    /// <summary>Reads a wire name; case matters.</summary>
    public static bool TryParse(string? name, out Verdict verdict) => Names.TryParse(name, out verdict);

    /// <summary>
    /// The verdict of an error that names none: what the caller got wrong is ignored, a rate limit that says when to come back is a
    /// gate, all else counts. A retry-after of zero says nothing.
    /// </summary>
    public static Verdict DefaultFor(ErrorCode code, TimeSpan? retryAfter) => code switch
    {
        ErrorCode.NotFound or ErrorCode.InvalidInput => Verdict.Ignore,
        ErrorCode.RateLimit when retryAfter > TimeSpan.Zero => Verdict.Gate,
        _ => Verdict.Count,
    };
}

/// <summary>An exception whose meaning is already known; classifying it yields that error.</summary>
internal interface ICarriesError
{
    /// <summary>The error; null leaves the exception to the other rules.</summary>
    KairosError? Error { get; }
}

/// <summary>
/// A failure that the application has classified itself, for example a model's answer that it refuses. <see cref="ErrorClassifier"/>
/// yields the error unchanged.
/// </summary>
/// <param name="error">What went wrong.</param>
public class KairosException(KairosError error) : Exception(error?.Message, error?.Cause), ICarriesError
{
    /// <summary>What went wrong.</summary>
    public KairosError Error { get; } = error ?? throw new ArgumentNullException(nameof(error));
}
