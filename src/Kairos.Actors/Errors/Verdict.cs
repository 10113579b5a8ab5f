using Kairos.Errors;

namespace Kairos;

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
