namespace Kairos.Components;

/// <summary>How a component's worker is brought back after a crash. Immutable and thread-safe.</summary>
public sealed record WorkerPolicy
{
    /// <summary>Wait before the first restart; each further one in a row doubles it. 1 ms to 1 day; default 1 s.</summary>
    public TimeSpan RestartDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>No wait is longer than this. 1 ms to 1 day, at least <see cref="RestartDelay"/>; default 30 s.</summary>
    public TimeSpan RestartDelayMax { get; init; } = TimeSpan.FromSeconds(30);
}
