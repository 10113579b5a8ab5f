using System.Collections.Immutable;
using Kairos.CircuitBreaker;
using Kairos.State;

namespace Kairos.Tests.CircuitBreaker;

/// <summary>
/// A breaker as production has it: the machine, and the slots that callers claim. What a component's actor does between the two is
/// done here in the same order: claims are taken in before anything else, and the slots are settled after everything.
/// </summary>
internal sealed class DrivenBreaker(TimeSpan start, ulong seed)
{
    private ProbeSlots? _slots;

    public BreakerState State { get; set; } = BreakerState.Initial(start, seed);

    public ProbeSlots? Slots => _slots;

    /// <summary>An input, behind the claims that callers have made.</summary>
    public BreakerDecision Apply(BreakerPolicy policy, BreakerInput input, TimeSpan now)
    {
        var before = ImmutableArray<CircuitTransition>.Empty;
        foreach (var claim in _slots?.ClaimsUnknownTo(State).ToList() ?? [])
            before = before.AddRange(Decide(policy, BreakerInput.Claim(new CallTicket(_slots!.Generation, claim.Number)), claim.At).Transitions);
        var decision = Decide(policy, input, now);
        _slots = ProbeSlots.For(_slots, policy, State);
        return decision with { Transitions = before.AddRange(decision.Transitions) };
    }

    /// <summary>A caller asks, by what is published now; the actor hears of a claim at once.</summary>
    public (Admission Answer, BreakerDecision Decision) Admit(BreakerPolicy policy, TimeSpan now)
    {
        _slots = ProbeSlots.For(_slots, policy, State); // a new policy is published when it is put in force
        var decision = new BreakerDecision(State, []);
        now = now > State.Last.At ? now : State.Last.At; // the actor's time does not run backwards either
        if (Ask(policy, now) is not { } answer)
        {
            decision = Apply(policy, BreakerInput.Tick, now);
            answer = Ask(policy, now)!.Value; // the actor has acted on it
        }

        if (!answer.Ticket.IsProbe) return (answer, decision);
        var claimed = Apply(policy, BreakerInput.Tick, now);
        return (answer, claimed with { Transitions = decision.Transitions.AddRange(claimed.Transitions) });
    }

    private Admission? Ask(BreakerPolicy policy, TimeSpan now) => ProbeSlots.TryAdmit(CircuitPicture.Of(policy, State), _slots, now);

    private BreakerDecision Decide(BreakerPolicy policy, BreakerInput input, TimeSpan now)
    {
        var decision = Breaker.Apply(policy, State, input, now);
        State = decision.State;
        return decision;
    }
}
