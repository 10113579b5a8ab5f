using System.Collections.Immutable;
using Kairos.Errors;

namespace Kairos.Breaking;

/// <summary>
/// The circuit-breaker state machine: a pure function of policy, state, input and time. It reads no clock, knows no actor and logs
/// nothing, so it can be read as the table below, tested by properties and replayed.
/// </summary>
/// <remarks>
/// <code>
/// input            closed                          half-open                            open
/// ---------------  ------------------------------  -----------------------------------  ----------------------------------
/// deadline         –                               lease over → open, probe_expired     → half-open, deadline
/// admit            admitted                        lease, or rejected when all are out  rejected with the time left
/// claim            –                               lease                                –
/// success          streak ends; slow_calls rule    lease back; M-th → closed            –
/// traffic          the same, for many at once      –                                    –
/// failure: count   rules: failures, failure_ratio, → open, probe_failed                 retry-after may extend the deadline
///                  slow_calls → open
/// failure: trip    → open at once                  → open at once                       retry-after may extend the deadline
/// failure: gate    → open until retry-after        → open until retry-after             retry-after may extend the deadline
/// neutral          –                               lease back                           –
/// unhealthy        → open, health                  → open, health                       –
/// isolate          → open without deadline         → open without deadline              deadline is taken away
/// reset            forgets                         → closed, manual; forgets            → closed, manual; forgets
/// </code>
/// Deadlines at or before an input's time take effect before it. Outcomes of an earlier generation change nothing. In mode observe every
/// call is admitted; nothing else differs.
/// </remarks>
internal static class Breaker
{
    /// <summary>Decides what an input means.</summary>
    /// <param name="policy">The rules in force; they may differ from call to call, state and deadline stay.</param>
    /// <param name="state">What was decided so far.</param>
    /// <param name="input">What happened.</param>
    /// <param name="now">When it happened, on the clock that all times of the state are on. Time does not run backwards: an earlier
    /// time is taken for that of the last transition.</param>
    public static BreakerDecision Apply(BreakerPolicy policy, in BreakerState state, in BreakerInput input, TimeSpan now)
    {
        now = now > state.Last.At ? now : state.Last.At;
        var transitions = ImmutableArray<CircuitTransition>.Empty;
        var current = state;
        while (current.NextDeadline is { } due && due <= now)
        {
            current = Expire(policy, current, due);
            transitions = transitions.Add(current.Last);
        }

        var next = React(policy, current, input, now);
        if (next.Generation != current.Generation) transitions = transitions.Add(next.Last);
        var admission = input.Kind == BreakerInputKind.Admit ? Answer(policy, current, next, now) : default;
        return new BreakerDecision(next, transitions, admission);
    }

    private static BreakerState React(BreakerPolicy policy, in BreakerState state, in BreakerInput input, TimeSpan now) =>
        input.Kind switch
        {
            BreakerInputKind.Admit => Lease(policy, state, now),
            BreakerInputKind.Success => Succeed(policy, state, input, now),
            BreakerInputKind.Failure => Fail(policy, state, input, now),
            BreakerInputKind.Neutral => GiveBack(state, input.Ticket),
            BreakerInputKind.Traffic => Flow(policy, state, input, now),
            BreakerInputKind.Claim => Claim(policy, state, input.Ticket, now),
            BreakerInputKind.Unhealthy => state.Circuit == CircuitState.Open
                ? state
                : Openings.Trip(policy, state, TransitionReason.Health, now, retryAfter: null),
            BreakerInputKind.Isolate => Isolate(state, now),
            BreakerInputKind.Reset => Reset(state, now),
            _ => state,
        };

    private static BreakerState Expire(BreakerPolicy policy, in BreakerState state, TimeSpan due) =>
        state.Circuit == CircuitState.Open
            ? Enter(state, CircuitState.HalfOpen, TransitionReason.Deadline, due)
            : Openings.ByRule(policy, state, TransitionReason.ProbeExpired, due, retryAfter: null);

    private static BreakerState Flow(BreakerPolicy policy, in BreakerState state, in BreakerInput input, TimeSpan now)
    {
        if (state.Circuit != CircuitState.Closed) return state;
        if (input.Count == 0 && input.Ticket.Generation != state.Generation) return state; // a late one says nothing any more
        var seen = Observe(policy, state, new Tally(input.Count, 0, input.Slow), now);
        var next = input.Ticket.Generation == state.Generation ? seen with { ConsecutiveFailures = 0 } : seen;
        return input.Slow > 0 && Rules.Broken(policy, next, now) is { } reason
            ? Openings.ByRule(policy, next, reason, now, retryAfter: null)
            : next;
    }

    /// <summary>The gate has counted the places already; what is told here is when the lease began.</summary>
    private static BreakerState Claim(BreakerPolicy policy, in BreakerState state, CallTicket ticket, TimeSpan now)
    {
        if (state.Circuit != CircuitState.HalfOpen || ticket.Generation != state.Generation) return state;
        if (state.Leases.Any(lease => lease.Number == ticket.Lease)) return state;
        var last = Math.Max(state.LastLease, ticket.Lease);
        return state with { LastLease = last, Leases = state.Leases.Add(new ProbeLease(ticket.Lease, now + policy.ProbeLease)) };
    }

    private static BreakerState Lease(BreakerPolicy policy, in BreakerState state, TimeSpan now)
    {
        if (state.Circuit != CircuitState.HalfOpen || state.Leases.Length >= policy.HalfOpenCalls) return state;
        var number = state.LastLease + 1;
        return state with { LastLease = number, Leases = state.Leases.Add(new ProbeLease(number, now + policy.ProbeLease)) };
    }

    private static Admission Answer(BreakerPolicy policy, in BreakerState before, in BreakerState after, TimeSpan now)
    {
        if (after.LastLease != before.LastLease) return Admission.Admit(after.Generation, after.LastLease);
        if (after.Circuit == CircuitState.Closed || policy.Mode == BreakerMode.Observe) return Admission.Admit(after.Generation);
        return Admission.Reject(after.Circuit == CircuitState.Open && !after.IsIsolated ? after.OpenUntil - now : null);
    }

    private static BreakerState Succeed(BreakerPolicy policy, in BreakerState state, in BreakerInput input, TimeSpan now)
    {
        if (!input.Ticket.IsCurrent(state.Generation)) return state;
        switch (state.Circuit)
        {
            case CircuitState.HalfOpen:
                var probed = GiveBack(state, input.Ticket) with { ProbeSuccesses = state.ProbeSuccesses + 1 };
                return probed.ProbeSuccesses >= policy.SuccessThreshold
                    ? Close(probed, TransitionReason.Successes, now)
                    : probed;
            case CircuitState.Closed:
                var slow = policy.IsSlow(input.Duration);
                var closed = Observe(policy, state, new Tally(1, 0, slow ? 1 : 0), now) with { ConsecutiveFailures = 0 };
                return slow && Rules.Broken(policy, closed, now) is { } reason
                    ? Openings.ByRule(policy, closed, reason, now, retryAfter: null)
                    : closed;
            default:
                return state;
        }
    }

    private static BreakerState Fail(BreakerPolicy policy, in BreakerState state, in BreakerInput input, TimeSpan now)
    {
        if (!input.Ticket.IsCurrent(state.Generation)) return state;
        var error = input.Error!;
        if (state.Circuit == CircuitState.Open) return Openings.Extend(state, now, error.RetryAfter);
        if (error.Verdict == Verdict.Gate) return Openings.Gate(policy, state, now, error.RetryAfter);
        if (error.Verdict == Verdict.Trip)
            return Openings.Trip(policy, state, Openings.ReasonOfTrip(error.Code), now, error.RetryAfter);
        if (state.Circuit == CircuitState.HalfOpen)
            return Openings.ByRule(policy, state, TransitionReason.ProbeFailed, now, error.RetryAfter);

        var failures = Math.Min(state.ConsecutiveFailures, int.MaxValue - 1) + 1;
        var tally = new Tally(1, 1, policy.IsSlow(input.Duration) ? 1 : 0);
        var counted = Observe(policy, state, tally, now) with { ConsecutiveFailures = failures };
        return Rules.Broken(policy, counted, now) is { } reason
            ? Openings.ByRule(policy, counted, reason, now, error.RetryAfter)
            : counted;
    }

    private static BreakerState Observe(BreakerPolicy policy, in BreakerState state, in Tally tally, TimeSpan now) =>
        policy.UsesWindow && state.Circuit == CircuitState.Closed
            ? state with { Window = state.Window.Add(tally, now, policy.Window) }
            : state;

    private static BreakerState GiveBack(in BreakerState state, CallTicket ticket)
    {
        if (!ticket.IsProbe || !ticket.IsCurrent(state.Generation)) return state;
        return state with { Leases = state.Leases.RemoveAll(lease => lease.Number == ticket.Lease) };
    }

    private static BreakerState Isolate(in BreakerState state, TimeSpan now)
    {
        var open = state.Circuit == CircuitState.Open ? state : Enter(state, CircuitState.Open, TransitionReason.Manual, now);
        return open with { OpenUntil = BreakerState.Never };
    }

    private static BreakerState Reset(in BreakerState state, TimeSpan now) =>
        state.Circuit == CircuitState.Closed
            ? state with { ConsecutiveFailures = 0, Window = default }
            : Close(state, TransitionReason.Manual, now);

    private static BreakerState Close(in BreakerState state, TransitionReason reason, TimeSpan now) =>
        Enter(state, CircuitState.Closed, reason, now) with { Openings = 0 };

    /// <summary>Begins a state: the next number, the time credited, and nothing left of what the last one counted.</summary>
    internal static BreakerState Enter(in BreakerState state, CircuitState to, TransitionReason reason, TimeSpan at) => state with
    {
        Last = new CircuitTransition(state.Generation + 1, state.Circuit, to, reason, at),
        Past = state.Past.Add(state.Circuit, at - state.Last.At),
        OpenUntil = default,
        ConsecutiveFailures = 0,
        ProbeSuccesses = 0,
        Leases = [],
        Window = default,
    };
}
