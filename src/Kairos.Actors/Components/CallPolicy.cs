namespace Kairos.Components;

/// <summary>
/// How guarded calls run. Immutable and thread-safe. Defaults and ranges are those of <c>kairos.defaults.call</c> in
/// <c>reference.conf</c>.
/// </summary>
public sealed record CallPolicy
{
    /// <summary>Time for the whole call, retries included. <see cref="Timeout.InfiniteTimeSpan"/> (default): no limit.</summary>
    public TimeSpan Deadline { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>Time for each attempt. <see cref="Timeout.InfiniteTimeSpan"/> (default): no limit.</summary>
    public TimeSpan AttemptTimeout { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>When and how often a failed attempt is repeated.</summary>
    public RetryPolicy Retry { get; init; } = new();

    /// <summary>Time to the first element of a stream. <see cref="Timeout.InfiniteTimeSpan"/> (default): no limit.</summary>
    public TimeSpan StreamFirstElement { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>Longest time between two elements of a stream. <see cref="Timeout.InfiniteTimeSpan"/> (default): no limit.</summary>
    public TimeSpan StreamMaxGap { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>Calls that may run at a time. 0 (default): no limit.</summary>
    public int MaxConcurrent { get; init; }

    /// <summary>Calls that may wait for their turn when <see cref="MaxConcurrent"/> is reached; further ones are rejected. Default 0.</summary>
    public int MaxQueued { get; init; }
}
