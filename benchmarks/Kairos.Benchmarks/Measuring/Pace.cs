namespace Kairos.Benchmarks.Measuring;

/// <summary>How much time there is.</summary>
/// <param name="IsQuick">Whether a rough answer will do.</param>
internal sealed record Pace(bool IsQuick)
{
    /// <summary>How long the rounds of one measurement last in all.</summary>
    public TimeSpan Rounds { get; } = TimeSpan.FromSeconds(IsQuick ? 0.35 : 1);

    /// <summary>How long code may take until the runtime is through with optimizing it.</summary>
    public TimeSpan WarmUpAtMost { get; init; } = TimeSpan.FromSeconds(IsQuick ? 1.2 : 3);

    /// <summary>How often a process is started to be timed.</summary>
    public int Starts { get; } = IsQuick ? 3 : 8;

    /// <summary>How long a process is watched while it idles.</summary>
    public TimeSpan Idle { get; } = TimeSpan.FromSeconds(IsQuick ? 2.5 : 6);

    /// <summary>After which time nothing is measured a second time.</summary>
    public TimeSpan Budget { get; } = TimeSpan.FromSeconds(IsQuick ? 0 : 80);
}
