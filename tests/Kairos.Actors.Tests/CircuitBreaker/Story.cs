using Kairos.CircuitBreaker;

namespace Kairos.Tests.CircuitBreaker;

/// <summary>
/// What happened at one step of a story: the breaker before it, what it was told, and what it decided. The input is null where a call asked to
/// be let in, and then there is an answer.
/// </summary>
internal sealed record Told(
    BreakerPolicy Policy, TimeSpan Now, BreakerInput? Input, BreakerState Before, BreakerDecision After, Admission? Answer)
{
    public BreakerInputKind? Kind => Input?.Kind;
}

/// <summary>Tells a story to a breaker.</summary>
internal static class Story
{
    /// <summary>When stories begin; not zero, so that a time that was forgotten shows.</summary>
    public static readonly TimeSpan Start = TimeSpan.FromSeconds(1000);

    public static List<Told> Tell(BreakerPolicy policy, Step[] steps)
    {
        var (breaker, now) = (new DrivenBreaker(Start, seed: 7), Start);
        var (told, tickets) = (new List<Told>(steps.Length), new List<CallTicket>());
        foreach (var step in steps)
        {
            policy = step.NewPolicy ?? policy;
            var before = breaker.State;
            now += WaitFor(step, before.NextDeadline - now);
            var input = InputOf(step, before, tickets);
            var (answer, decision) = input is { } given ? (null, breaker.Apply(policy, given, now)) : Asked(breaker.Admit(policy, now));
            if (answer is { IsAdmitted: true } admitted) tickets.Add(admitted.Ticket);
            told.Add(new Told(policy, now, input, before, decision, answer));
        }

        return told;
    }

    private static (Admission?, BreakerDecision) Asked((Admission Answer, BreakerDecision Decision) asked) => asked;

    private static TimeSpan WaitFor(Step step, TimeSpan? left)
    {
        var wait = step.Wait switch
        {
            Wait.None => TimeSpan.Zero,
            Wait.ToTheDeadline when left is not null => left.Value,
            Wait.ToASecondBeforeTheDeadline when left is not null => left.Value - TimeSpan.FromSeconds(1),
            _ => TimeSpan.FromSeconds(step.Seconds),
        };
        return wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
    }

    private static BreakerInput? InputOf(Step step, in BreakerState state, List<CallTicket> tickets)
    {
        var ticket = step.Whose switch
        {
            Whose.LastAdmitted when tickets.Count > 0 => tickets[^1],
            Whose.AnyAdmitted when tickets.Count > 0 => tickets[step.Which % tickets.Count],
            Whose.CurrentWithoutALease => new CallTicket(state.Generation, 0),
            Whose.CurrentWithAnUnknownLease => new CallTicket(state.Generation, state.LastLease + 1 + step.Which),
            Whose.EarlierWithALeaseInUse => new CallTicket(Math.Max(0, state.Generation - 1 - (step.Which % 3)), state.LastLease),
            _ => CallTicket.Report,
        };
        var duration = step.Duration < 0 ? (TimeSpan?)null : TimeSpan.FromSeconds(step.Duration);
        return step.Kind switch
        {
            BreakerInputKind.Success => BreakerInput.Success(ticket, duration),
            BreakerInputKind.Failure => BreakerInput.Failure(ticket, step.Error, duration),
            BreakerInputKind.Neutral => BreakerInput.Neutral(ticket),
            BreakerInputKind.Traffic => BreakerInput.Traffic(step.Count),
            null => null,
            BreakerInputKind.Unhealthy => BreakerInput.Unhealthy,
            BreakerInputKind.Isolate => BreakerInput.Isolate,
            BreakerInputKind.Reset => BreakerInput.Reset,
            _ => BreakerInput.Tick,
        };
    }
}
