using System.Collections.Immutable;
using Kairos.Breaking;
using Kairos.Health;

namespace Kairos.Components;

/// <summary>
/// Breaker, health and accounts of one component as one pure function. Like <see cref="Breaker"/> it knows no actor and no clock: the
/// component actor and the replay of a journal use the very same function.
/// </summary>
internal static class ComponentMachine
{
    /// <summary>Decides what an input means. Deadlines at or before its time take effect first, each at its own moment.</summary>
    public static ComponentDecision Apply(
        ComponentSettings settings, in ComponentState state, in ComponentInput input, TimeSpan now)
    {
        now = now > state.At ? now : state.At;
        var current = state;
        var changes = ImmutableArray<ComponentChange>.Empty;
        while (current.NextDeadline(settings.Health) is { } due && due <= now)
            current = Step(settings, current, BreakerInput.Tick, due > current.At ? due : current.At, ref changes, out _);

        var recovered = 0L;
        var noted = Note(current, input, now, ref recovered);
        var told = input.Kind == ComponentInputKind.Verdict && !settings.Health.OpensCircuit ? BreakerInput.Tick : input.Breaker;
        var next = Step(settings, noted, told, now, ref changes, out var admission);
        return new ComponentDecision(next, changes, admission, recovered);
    }

    /// <summary>What the input adds to the evidence and to the accounts.</summary>
    private static ComponentState Note(in ComponentState state, in ComponentInput input, TimeSpan now, ref long recovered)
    {
        var account = state.Account;
        switch (input.Kind)
        {
            case ComponentInputKind.Error:
                account.Record(input.ErrorKind);
                return state with
                {
                    Account = account,
                    ErrorRate = state.ErrorRate.Add(new Tally(1, 1, 0), now, ComponentState.RateWindow),
                };
            case ComponentInputKind.Recovery:
                recovered = account.Recover(input.ErrorKind, input.Count);
                return state with { Account = account };
            case ComponentInputKind.Verdict:
                return state with { Verdict = input.Status };
            case ComponentInputKind.Worker:
                return state with { WorkerIsDown = input.WorkerIsDown };
            case ComponentInputKind.Child:
                return state with
                {
                    AilingChildren = input.Status == HealthStatus.Healthy
                        ? state.AilingChildren.Remove(input.Child!)
                        : state.AilingChildren.SetItem(input.Child!, input.Status),
                };
            default:
                return state;
        }
    }

    private static ComponentState Step(
        ComponentSettings settings,
        in ComponentState state,
        in BreakerInput input,
        TimeSpan now,
        ref ImmutableArray<ComponentChange> changes,
        out Admission admission)
    {
        var decision = Breaker.Apply(settings.Breaker, state.Breaker, input, now);
        foreach (var transition in decision.Transitions) changes = changes.Add(new ComponentChange(transition, null));

        var moved = state with { At = now, Breaker = decision.State };
        var judged = HealthAssessment.Judge(settings.Health, moved.Evidence(now));
        var health = HealthAssessment.Apply(settings.Health, moved.Health, judged, now);
        if (health.Status != state.Health.Status)
            changes = changes.Add(new ComponentChange(null, new HealthChange(state.Health.Status, health.Status, now)));

        admission = decision.Admission;
        return moved with { Health = health };
    }
}
