using System.Collections.Immutable;

namespace Kairos.CircuitBreaker;

/// <summary>
/// The circuit-breaker state machine: a pure function of policy, state, input and time. It reads no clock, knows no actor and logs
/// nothing, so it can be read as the table below, tested by properties and replayed.
/// </summary>
/// <remarks>
/// <code>
/// input            closed                          half-open                            open
/// ---------------  ------------------------------  -----------------------------------  ----------------------------------
/// deadline         –                               lease over → open, probe_expired     → half-open, deadline
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
/// Deadlines at or before an input's time take effect before it. While half-open only reports speak, and calls that hold a lease. Outcomes
/// of an earlier generation change nothing, but for the retry-after of an error, which extends the deadline of an open circuit whatever
/// generation it belongs to. Who is admitted is decided from what is published: <see cref="Admission"/>.
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
        var next = state;
        var transitions = Advance(policy, ref next, input, now);
        return new BreakerDecision(next, transitions);
    }

    /// <summary>The same, on a state that is the caller's own: it becomes the next one, and nothing is copied.</summary>
    public static ImmutableArray<CircuitTransition> Advance(
        BreakerPolicy policy, ref BreakerState state, in BreakerInput input, TimeSpan now)
    {
        now = Times.Later(now, state.Last.At);
        var transitions = ImmutableArray<CircuitTransition>.Empty;
        while (state.NextDeadline is { } due && due <= now)
        {
            Expire(policy, ref state, due);
            transitions = transitions.Add(state.Last);
        }

        var generation = state.Generation;
        React(policy, ref state, input, now);
        return state.Generation == generation ? transitions : transitions.Add(state.Last);
    }

    private static void React(BreakerPolicy policy, ref BreakerState state, in BreakerInput input, TimeSpan now)
    {
        switch (input.Kind)
        {
            case BreakerInputKind.Success:
                Succeed(policy, ref state, input, now);
                break;
            case BreakerInputKind.Failure:
                Fail(policy, ref state, input, now);
                break;
            case BreakerInputKind.Neutral:
                GiveBack(ref state, input.Ticket);
                break;
            case BreakerInputKind.Traffic:
                Flow(policy, ref state, input, now);
                break;
            case BreakerInputKind.Claim:
                Claim(policy, ref state, input, now);
                break;
            case BreakerInputKind.Unhealthy:
                if (state.Circuit != CircuitStatus.Open) OpenTransitions.Trip(policy, ref state, TransitionReason.Health, now, retryAfter: null);
                break;
            case BreakerInputKind.Isolate:
                Isolate(ref state, now);
                break;
            case BreakerInputKind.Reset:
                Reset(ref state, now);
                break;
            default:
                break;
        }
    }

    private static void Expire(BreakerPolicy policy, ref BreakerState state, TimeSpan due)
    {
        if (state.Circuit == CircuitStatus.Open) Enter(ref state, CircuitStatus.HalfOpen, TransitionReason.Deadline, due);
        else OpenTransitions.ByRule(policy, ref state, TransitionReason.ProbeExpired, due, retryAfter: null);
    }

    private static void Flow(BreakerPolicy policy, ref BreakerState state, in BreakerInput input, TimeSpan now)
    {
        if (state.Circuit != CircuitStatus.Closed) return;
        if (input.Count == 0 && input.Ticket.Generation != state.Generation) return; // a late one says nothing any more
        Observe(policy, ref state, new Tally(input.Count, 0, input.Slow), now);
        if (input.Ticket.Generation == state.Generation) state.ConsecutiveFailures = 0;
        if (input.Slow > 0) Judge(policy, ref state, now, retryAfter: null);
    }

    /// <summary>
    /// A caller has taken a slot for probe calls; the slots alone limit how many there are. Its lease outlasts the attempt's own limit, so that a slow call
    /// ends as what it is, and not as one that nobody heard of again.
    /// </summary>
    private static void Claim(BreakerPolicy policy, ref BreakerState state, in BreakerInput claim, TimeSpan now)
    {
        var ticket = claim.Ticket;
        if (state.Circuit != CircuitStatus.HalfOpen || ticket.Generation != state.Generation || ticket.Lease <= state.LastLease) return;
        state.LastLease = ticket.Lease;
        state.Leases = state.Leases.Add(new ProbeLease(ticket.Lease, now + policy.LeaseOf(claim.Duration)));
    }

    /// <summary>
    /// Whether an outcome says something about the present state: that of a call admitted under it, and while half-open only of one that holds
    /// a lease; calls that were admitted because the circuit only observes would not have been made. A report always does.
    /// </summary>
    private static bool Concerns(in BreakerState state, CallTicket ticket) =>
        ticket == CallTicket.Report
        || (ticket.Generation == state.Generation
            && (state.Circuit != CircuitStatus.HalfOpen || state.Leases.Any(lease => lease.Number == ticket.Lease)));

    private static void Succeed(BreakerPolicy policy, ref BreakerState state, in BreakerInput input, TimeSpan now)
    {
        if (!Concerns(state, input.Ticket)) return;
        switch (state.Circuit)
        {
            case CircuitStatus.HalfOpen:
                GiveBack(ref state, input.Ticket);
                state.ProbeSuccesses++;
                if (state.ProbeSuccesses >= policy.SuccessThreshold) Close(ref state, TransitionReason.Successes, now);
                break;
            case CircuitStatus.Closed:
                var slow = policy.IsSlow(input.Duration);
                Observe(policy, ref state, new Tally(1, 0, slow ? 1 : 0), now);
                state.ConsecutiveFailures = 0;
                if (slow) Judge(policy, ref state, now, retryAfter: null);
                break;
            default:
                break;
        }
    }

    private static void Fail(BreakerPolicy policy, ref BreakerState state, in BreakerInput input, TimeSpan now)
    {
        var error = input.Error!;
        if (state.Circuit == CircuitStatus.Open) OpenTransitions.Extend(ref state, now, error.RetryAfter);
        if (state.Circuit == CircuitStatus.Open || !Concerns(state, input.Ticket)) return;

        switch (error.Verdict)
        {
            case Verdict.Gate:
                OpenTransitions.Gate(policy, ref state, now, error.RetryAfter);
                break;
            case Verdict.Trip:
                OpenTransitions.Trip(policy, ref state, OpenTransitions.ReasonOfTrip(error.Code), now, error.RetryAfter);
                break;
            default:
                if (state.Circuit == CircuitStatus.HalfOpen) OpenTransitions.ByRule(policy, ref state, TransitionReason.ProbeFailed, now, error.RetryAfter);
                else Count(policy, ref state, input.Duration, now, error.RetryAfter);
                break;
        }
    }

    private static void Count(BreakerPolicy policy, ref BreakerState state, TimeSpan? duration, TimeSpan now, TimeSpan? retryAfter)
    {
        Observe(policy, ref state, new Tally(1, 1, policy.IsSlow(duration) ? 1 : 0), now);
        state.ConsecutiveFailures = Math.Min(state.ConsecutiveFailures, int.MaxValue - 1) + 1;
        Judge(policy, ref state, now, retryAfter);
    }

    /// <summary>Opens if a rule is broken.</summary>
    private static void Judge(BreakerPolicy policy, ref BreakerState state, TimeSpan now, TimeSpan? retryAfter)
    {
        if (policy.BrokenRule(state, now) is { } reason) OpenTransitions.ByRule(policy, ref state, reason, now, retryAfter);
    }

    private static void Observe(BreakerPolicy policy, ref BreakerState state, in Tally tally, TimeSpan now)
    {
        if (policy.UsesWindow) state.Window = state.Window.Add(tally, now, policy.Window);
    }

    private static void GiveBack(ref BreakerState state, CallTicket ticket)
    {
        if (ticket.IsProbe && ticket.Generation == state.Generation) state.Leases = state.Leases.RemoveAll(lease => lease.Number == ticket.Lease);
    }

    private static void Isolate(ref BreakerState state, TimeSpan now)
    {
        if (state.Circuit != CircuitStatus.Open) Enter(ref state, CircuitStatus.Open, TransitionReason.Manual, now);
        state.OpenUntil = BreakerState.Never;
    }

    private static void Reset(ref BreakerState state, TimeSpan now)
    {
        if (state.Circuit != CircuitStatus.Closed) Close(ref state, TransitionReason.Manual, now);
        state.ConsecutiveFailures = 0;
        state.Window = default;
    }

    private static void Close(ref BreakerState state, TransitionReason reason, TimeSpan now)
    {
        Enter(ref state, CircuitStatus.Closed, reason, now);
        state.Openings = 0;
    }

    /// <summary>Begins a state: the next number, the time credited, and nothing left of what the last one counted.</summary>
    internal static void Enter(ref BreakerState state, CircuitStatus to, TransitionReason reason, TimeSpan at)
    {
        state.Past = state.Past.Add(state.Circuit, at - state.Last.At);
        state.Last = new CircuitTransition(state.Generation + 1, state.Circuit, to, reason, at);
        state.OpenUntil = default;
        state.AskedUntil = default;
        state.ConsecutiveFailures = 0;
        state.ProbeSuccesses = 0;
        state.Leases = [];
        state.Window = default;
    }
}
