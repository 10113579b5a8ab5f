namespace Kairos.Components;

/// <summary>When and how often a failed attempt is repeated. Immutable and thread-safe.</summary>
public sealed record RetryPolicy
{
    /// <summary>Attempts in all, the first included. 1 means no retry. Default 3.</summary>
    public int MaxAttempts { get; init; } = 3;

    /// <summary>Wait before the first retry. Default 100 ms.</summary>
    public TimeSpan InitialDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Every further wait is this many times longer. At least 1; default 2.</summary>
    public double Multiplier { get; init; } = 2.0;

    /// <summary>No wait is longer than this, unless the callee asked for more. Default 10 s.</summary>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Random part of a wait, 0 to 1: 0.1 (default) means ± 10 %. <see cref="FullJitter"/> takes a random part of the whole wait.
    /// </summary>
    public double Jitter { get; init; } = 0.1;

    /// <summary>The value of <see cref="Jitter"/> for full jitter: a wait between nothing and the computed one. In HOCON: <c>full</c>.</summary>
    public const double FullJitter = -1;

    /// <summary>Share of a component's calls (0 to 1) that may be retries, so that an outage is not multiplied. 0 turns the limit off. Default 0.2.</summary>
    public double Budget { get; init; } = 0.2;

    /// <summary>A retry-after of up to this long is waited for; a longer one ends the call. Default 30 s.</summary>
    public TimeSpan RetryAfterMax { get; init; } = TimeSpan.FromSeconds(30);
}
