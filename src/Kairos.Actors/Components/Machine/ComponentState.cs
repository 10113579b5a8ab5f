using System.Collections.Immutable;
using Kairos.CircuitBreaker;
using Kairos.Errors;
using Kairos.Health;

namespace Kairos.Components;

/// <summary>
/// Everything that is known of one component, as a value. Only <see cref="ComponentMachine"/> makes the next one; whoever has a value may let
/// it do so in place, which nobody else can see.
/// </summary>
internal record struct ComponentState
{
    /// <summary>The time over which the error rate is counted.</summary>
    public static readonly TimeSpan RateWindow = TimeSpan.FromSeconds(60);

    /// <summary>The moment up to which everything has been taken into account.</summary>
    public TimeSpan At { get; set; }

    public BreakerState Breaker;

    public HealthState Health { get; set; }

    public ErrorAccount Account;

    /// <summary>The errors of the last minute.</summary>
    public SlidingWindow ErrorRate;

    /// <summary>The last health verdict: a health probe's, or one that was told.</summary>
    public HealthStatus Verdict { get; set; }

    public bool WorkerIsDown { get; set; }

    /// <summary>The sub-components that are not healthy.</summary>
    public ImmutableDictionary<string, ChildHealth> AilingChildren { get; set; }

    public static ComponentState Initial(TimeSpan now, ulong seed = 0) => new()
    {
        At = now,
        Breaker = BreakerState.Initial(now, seed),
        Health = HealthState.Initial(now),
        Verdict = HealthStatus.Healthy,
        AilingChildren = ImmutableDictionary<string, ChildHealth>.Empty,
    };

    /// <summary>Errors within the minute before a moment.</summary>
    public readonly long ErrorsPerMinute(TimeSpan now) => ErrorRate.Calls(now, RateWindow);

    /// <summary>When something will next change of its own accord: the breaker, an improvement that holds, a high error rate that falls.</summary>
    public readonly TimeSpan? NextDeadline(HealthPolicy policy)
    {
        var rate = HealthAssessment.IsErrorRateHigh(policy, ErrorsPerMinute(At)) ? ErrorRate.NextExpiry(At, RateWindow) : null;
        return Earlier(Earlier(Breaker.NextDeadline, Health.NextDeadline(policy)), rate);
    }

    public readonly HealthEvidence Evidence(TimeSpan now) => new(
        Breaker.Circuit,
        ErrorsPerMinute(now),
        Verdict,
        WorkerIsDown,
        AilingChildren.IsEmpty ? HealthStatus.Healthy : AilingChildren.Values.Min(child => child.Status));

    private static TimeSpan? Earlier(TimeSpan? a, TimeSpan? b) => b is null || a <= b ? a : b;
}

/// <summary>How a sub-component is, and its number.</summary>
internal readonly record struct ChildHealth(long Number, HealthStatus Status);
