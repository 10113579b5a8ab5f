namespace Kairos.Components;

/// <summary>How a component's worker is brought back when it has crashed, could not start, or has stopped. Immutable and thread-safe.</summary>
public sealed record WorkerPolicy
{
    private static readonly TimeSpan TimeToStart = TimeSpan.FromSeconds(1);

    /// <summary>Wait before the first restart; each further one in a row doubles it. 1 ms to 1 day; default 1 s.</summary>
    public TimeSpan RestartDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// No wait is longer than this. What is sent to the worker while it is down waits for it as long, and a second more for it to start.
    /// 1 ms to 1 day, at least <see cref="RestartDelay"/>; default 30 s.
    /// </summary>
    public TimeSpan RestartDelayMax { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a message waits for a worker that is down.</summary>
    internal TimeSpan LongestWait => RestartDelayMax + TimeToStart;

    /// <summary>The wait before the next start, after so many failures in a row: at least 1.</summary>
    internal TimeSpan DelayAfter(int failures)
    {
        var seconds = RestartDelay.TotalSeconds * Math.Pow(2, Math.Min(failures - 1, 30));
        return seconds < RestartDelayMax.TotalSeconds ? TimeSpan.FromSeconds(seconds) : RestartDelayMax;
    }
}
