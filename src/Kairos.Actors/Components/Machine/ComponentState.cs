using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Kairos.CircuitBreaker;
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
    public ComponentHealth ReportedHealth { get; set; }

    public bool WorkerIsDown { get; set; }

    /// <summary>The sub-components that are not healthy.</summary>
    public ImmutableDictionary<string, ChildHealth> AilingChildren { get; set; }

    public static ComponentState Initial(TimeSpan now, ulong seed = 0) => new()
    {
        At = now,
        Breaker = BreakerState.Initial(now, seed),
        Health = HealthState.Initial(now),
        ReportedHealth = ComponentHealth.Healthy,
        AilingChildren = ImmutableDictionary<string, ChildHealth>.Empty,
    };

    /// <summary>Errors within the minute before a moment.</summary>
    public readonly long ErrorsPerMinute(TimeSpan now) => ErrorRate.Calls(now, RateWindow);

    /// <summary>When something will next change of its own accord: the breaker, an improvement that holds, a high error rate that falls.</summary>
    public readonly TimeSpan? NextDeadline(HealthPolicy policy)
    {
        var rate = HealthAssessment.IsErrorRateHigh(policy, ErrorsPerMinute(At)) ? ErrorRate.NextExpiry(At, RateWindow) : null;
        return Times.Earlier(Times.Earlier(Breaker.NextDeadline, Health.NextDeadline(policy)), rate);
    }

    /// <summary>When the machine is to be asked although nothing happens: at its next deadline, or to look at what callers have counted.</summary>
    public readonly TimeSpan? NextWake(ComponentSettings settings, CallerWatch watch, TimeSpan now) =>
        Times.Earlier(NextDeadline(settings.Health), watch.NextLook(settings.Breaker, now));

    /// <summary>Whether there can be anything that callers did without a message: only while half-open, or while a rule needs the window.</summary>
    public readonly bool MayMissCalls(BreakerPolicy policy) => Breaker.Circuit == CircuitStatus.HalfOpen || policy.UsesWindow;

    public readonly HealthEvidence Evidence(TimeSpan now) => new(
        Breaker.Circuit,
        ErrorsPerMinute(now),
        ReportedHealth,
        WorkerIsDown,
        !AilingChildren.IsEmpty);
}

/// <summary>How a sub-component is, and its number.</summary>
internal readonly record struct ChildHealth(long Number, ComponentHealth Status);

/// <summary>
/// How many of the successes that callers only count the machine has been told of, and whether nobody looks for more, because the last look found
/// none. Then the first caller who succeeds tells it. A value.
/// </summary>
internal readonly record struct CallerWatch(long Seen, bool IsIdle)
{
    /// <summary>The watch of a component that nobody has called.</summary>
    public static readonly CallerWatch Initial = new(0, IsIdle: true);

    /// <summary>It is time to look again; whether there is something new decides whether there will be another time.</summary>
    public CallerWatch LookAgain(long total) => this with { IsIdle = total <= Seen };

    /// <summary>All has been told.</summary>
    public CallerWatch UpTo(long total) => new(total, IsIdle && total <= Seen);

    /// <summary>Another policy is in force. A ratio rule that is switched on begins with an empty window: what was counted before is not of now.</summary>
    public CallerWatch Under(BreakerPolicy next, BreakerPolicy before, long total) =>
        next.UsesWindow && !before.UsesWindow ? new CallerWatch(total, IsIdle: true) : this;

    /// <summary>Whether the next success is to be told: it ends a streak of failures, or a time without calls.</summary>
    public bool WantsToKnow(BreakerPolicy policy, in BreakerState state) => state.ConsecutiveFailures > 0 || (IsIdle && policy.UsesWindow);

    public TimeSpan? NextLook(BreakerPolicy policy, TimeSpan now) => IsIdle || !policy.UsesWindow ? null : now + (policy.Window / 60);
}

/// <summary>
/// A component's errors and recoveries, as a value. Of each kind no more can recover than were recorded, so recovered ≤ total holds for
/// every attribute set whatever is reported.
/// </summary>
internal struct ErrorAccount : IEquatable<ErrorAccount>
{
    private Counts _unrecovered;

    /// <summary>Errors recorded.</summary>
    public long Errors { get; private set; }

    /// <summary>Errors that recovered.</summary>
    public long Recovered { get; private set; }

    /// <summary>Takes an error in.</summary>
    public void Record(ErrorKind kind)
    {
        Errors++;
        _unrecovered[kind.Index]++;
    }

    /// <summary>Takes recoveries in and returns how many of them had an error to recover.</summary>
    public long Recover(ErrorKind kind, long count)
    {
        var accepted = Math.Clamp(count, 0, _unrecovered[kind.Index]);
        _unrecovered[kind.Index] -= accepted;
        Recovered += accepted;
        return accepted;
    }

    public readonly bool Equals(ErrorAccount other) =>
        Errors == other.Errors && Recovered == other.Recovered && ((ReadOnlySpan<long>)_unrecovered).SequenceEqual(other._unrecovered);

    public override readonly bool Equals(object? obj) => obj is ErrorAccount other && Equals(other);

    public override readonly int GetHashCode() => HashCode.Combine(Errors, Recovered);

    [InlineArray(ErrorKind.Count)]
    private struct Counts
    {
        private long _first;
    }
}
