using Kairos.CircuitBreaker;

namespace Kairos;

/// <summary>Whether a breaker rejects calls or only watches them.</summary>
public enum BreakerMode
{
    /// <summary>Calls are rejected while the circuit is open.</summary>
    Enforce,

    /// <summary>Every call is admitted; states, transitions and metrics are as if it enforced.</summary>
    Observe,
}

/// <summary>
/// When a circuit opens, for how long, and what it takes to close it. Immutable and thread-safe. Defaults and ranges are those of
/// <c>kairos.defaults.breaker</c> in <c>reference.conf</c>; values out of range are reported when settings are read.
/// </summary>
public sealed record BreakerPolicy
{
    /// <summary>Enforce (default) or observe.</summary>
    public BreakerMode Mode { get; init; } = BreakerMode.Enforce;

    /// <summary>Opens after this many failures without a success between them. 0 turns the rule off. Default 5.</summary>
    public int ConsecutiveFailures { get; init; } = 5;

    /// <summary>Opens when at least this share (0 to 1) of the window's calls failed. 0 (default) turns the rule off.</summary>
    public double FailureRatio { get; init; }

    /// <summary>Opens when at least this share (0 to 1) of the window's calls was slow. 0 (default) turns the rule off.</summary>
    public double SlowCallRatio { get; init; }

    /// <summary>A call that lasts at least this long is slow. Zero (default): none is.</summary>
    public TimeSpan SlowCallAfter { get; init; }

    /// <summary>Calls that the window must hold before a ratio can open the circuit. Default 10.</summary>
    public int MinimumThroughput { get; init; } = 10;

    /// <summary>Length of the sliding window of the ratio rules. Default 60 s.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long the first opening lasts. Default 30 s.</summary>
    public TimeSpan OpenDuration { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Every further opening without a closing in between lasts this many times longer. At least 1; default 2.</summary>
    public double OpenGrowth { get; init; } = 2.0;

    /// <summary>No opening by the rules lasts longer than this. Default 5 min.</summary>
    public TimeSpan OpenMax { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Random part of an open duration: 0.1 means ± 10 %. 0 (default) to 1.</summary>
    public double OpenJitter { get; init; }

    /// <summary>Probe calls that may run at a time while half-open. Default 1.</summary>
    public int HalfOpenCalls { get; init; } = 1;

    /// <summary>Probe calls that must succeed before the circuit closes. Default 2.</summary>
    public int SuccessThreshold { get; init; } = 2;

    /// <summary>
    /// A probe call that has not ended after this long reopens the circuit. Default 60 s; it lasts a second more than <c>call.attempt-timeout</c>, or
    /// <c>call.deadline</c> where there is no other, at least. A stream ends with its last element.
    /// </summary>
    public TimeSpan ProbeLease { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long the lease of a probe call lasts whose attempt may take so long.</summary>
    internal TimeSpan LeaseOf(TimeSpan? attemptTimeout) => attemptTimeout is { } longest ? Times.Later(ProbeLease, longest + TimeSpan.FromSeconds(1)) : ProbeLease;

    /// <summary>Whether a rule needs the window at all; without one nothing is kept.</summary>
    internal bool UsesWindow => FailureRatio > 0 || SlowCallRatio > 0;

    /// <summary>
    /// Whether a rule looks at durations: then every call is measured, and slow ones are told. Without such a rule successes are only counted, and the
    /// machine learns nothing of them but how many there were.
    /// </summary>
    internal bool NeedsDurations => SlowCallAfter != TimeSpan.Zero;

    internal bool IsSlow(TimeSpan? duration) => SlowCallAfter > TimeSpan.Zero && duration >= SlowCallAfter;

    /// <summary>The first rule that a closed circuit has broken, or null.</summary>
    internal TransitionReason? BrokenRule(in BreakerState state, TimeSpan now)
    {
        if (ConsecutiveFailures > 0 && state.ConsecutiveFailures >= ConsecutiveFailures) return TransitionReason.Failures;
        if (!UsesWindow) return null;

        var window = state.Window.Count(now, Window);
        if (window.Calls == 0 || window.Calls < MinimumThroughput) return null;
        if (FailureRatio > 0 && (double)window.Failures / window.Calls >= FailureRatio) return TransitionReason.FailureRatio;
        return SlowCallRatio > 0 && (double)window.Slow / window.Calls >= SlowCallRatio ? TransitionReason.SlowCalls : null;
    }
}
