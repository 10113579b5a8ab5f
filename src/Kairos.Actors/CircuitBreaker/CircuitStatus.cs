using Kairos.Errors;

namespace Kairos;

/// <summary>The state of a circuit. The numbers are those of <c>kairos.circuitbreaker.state</c>.</summary>
public enum CircuitStatus
{
    /// <summary><c>open</c>, 0: calls are rejected.</summary>
    Open = 0,

    /// <summary><c>half-open</c>, 1: a few probe calls find out whether the component is back.</summary>
    HalfOpen = 1,

    /// <summary><c>closed</c>, 2: calls go through.</summary>
    Closed = 2,
}

/// <summary>Why a circuit changed its state.</summary>
public enum TransitionReason
{
    /// <summary><c>initial</c>: the first state of a breaker; only on event 0.</summary>
    Initial,

    /// <summary><c>failures</c>: too many failures in a row, or an error that trips.</summary>
    Failures,

    /// <summary><c>failure_ratio</c>: too large a share of the window's calls failed.</summary>
    FailureRatio,

    /// <summary><c>slow_calls</c>: too large a share of the window's calls was slow.</summary>
    SlowCalls,

    /// <summary><c>rate_limit</c>: the callee said when to come back.</summary>
    RateLimit,

    /// <summary><c>quota</c>: the quota is used up; waiting seconds will not help.</summary>
    Quota,

    /// <summary><c>unauthorized</c>: credentials were refused.</summary>
    Unauthorized,

    /// <summary><c>not_found</c>: the model, deployment or endpoint does not exist.</summary>
    NotFound,

    /// <summary><c>probe_failed</c>: a probe call failed while half-open.</summary>
    ProbeFailed,

    /// <summary><c>probe_expired</c>: a probe call had not ended when its lease did.</summary>
    ProbeExpired,

    /// <summary><c>health</c>: a health verdict said unhealthy.</summary>
    Health,

    /// <summary><c>manual</c>: by hand.</summary>
    Manual,

    /// <summary><c>deadline</c>: the open duration is over.</summary>
    Deadline,

    /// <summary><c>successes</c>: enough probe calls succeeded.</summary>
    Successes,
}

/// <summary>The wire names of circuit states and reasons. Thread-safe.</summary>
public static class CircuitNames
{
    private static readonly WireNames<CircuitStatus> States = new(
        (CircuitStatus.Open, "open"), (CircuitStatus.HalfOpen, "half-open"), (CircuitStatus.Closed, "closed"));

    private static readonly WireNames<TransitionReason> Reasons = new(
        (TransitionReason.Initial, "initial"),
        (TransitionReason.Failures, "failures"),
        (TransitionReason.FailureRatio, "failure_ratio"),
        (TransitionReason.SlowCalls, "slow_calls"),
        (TransitionReason.RateLimit, "rate_limit"),
        (TransitionReason.Quota, "quota"),
        (TransitionReason.Unauthorized, "unauthorized"),
        (TransitionReason.NotFound, "not_found"),
        (TransitionReason.ProbeFailed, "probe_failed"),
        (TransitionReason.ProbeExpired, "probe_expired"),
        (TransitionReason.Health, "health"),
        (TransitionReason.Manual, "manual"),
        (TransitionReason.Deadline, "deadline"),
        (TransitionReason.Successes, "successes"));

    /// <summary>The wire name: <c>open</c>, <c>half-open</c> or <c>closed</c>.</summary>
    public static string ToWireName(this CircuitStatus state) => States.NameOf(state);

    /// <summary>The wire name, for example <c>probe_failed</c>.</summary>
    public static string ToWireName(this TransitionReason reason) => Reasons.NameOf(reason);
}

/// <summary>
/// One change of a circuit's state. Immutable. Number 0 is not a change but the first state, so that a listener can tell from the numbers
/// alone that it missed something.
/// </summary>
/// <param name="Sequence">1, 2, 3… without gaps for each breaker. It is also the generation that begins with the transition.</param>
/// <param name="From">The state before.</param>
/// <param name="To">The state after.</param>
/// <param name="Reason">Why.</param>
/// <param name="At">When, as monotonic time since the clock's start. For what a deadline brings about: the deadline.</param>
public sealed record CircuitTransition(long Sequence, CircuitStatus From, CircuitStatus To, TransitionReason Reason, TimeSpan At);
