using System.Collections.Immutable;
using Kairos.CircuitBreaker;
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
        var next = state;
        var consequences = Advance(settings, ref next, input, now);
        return new ComponentDecision(next, consequences.Changes, consequences.Recovered);
    }

    /// <summary>The same, on a state that is the caller's own: it becomes the next one, and nothing is copied.</summary>
    public static ComponentConsequences Advance(
        ComponentSettings settings, ref ComponentState state, in ComponentInput input, TimeSpan now)
    {
        now = now > state.At ? now : state.At;
        var changes = ImmutableArray<ComponentChange>.Empty;
        while (state.NextDeadline(settings.Health) is { } due && due <= now)
            Step(settings, ref state, BreakerInput.Tick, due > state.At ? due : state.At, ref changes);

        var recovered = Note(ref state, input, now);
        var isOnlyShown = input.Kind == ComponentInputKind.Verdict && !settings.Health.OpensCircuit;
        Step(settings, ref state, isOnlyShown ? BreakerInput.Tick : input.Breaker, now, ref changes);
        return new ComponentConsequences(changes, recovered);
    }

    /// <summary>What the input adds to the evidence and to the accounts. Returns how many recoveries had an error to recover.</summary>
    private static long Note(ref ComponentState state, in ComponentInput input, TimeSpan now)
    {
        switch (input.Kind)
        {
            case ComponentInputKind.Error:
                state.Account.Record(input.ErrorKind);
                state.ErrorRate = state.ErrorRate.Add(new Tally(1, 1, 0), now, ComponentState.RateWindow);
                return 0;
            case ComponentInputKind.Recovery:
                return state.Account.Recover(input.ErrorKind, input.Count);
            case ComponentInputKind.Verdict:
                state.Verdict = input.Status;
                return 0;
            case ComponentInputKind.Worker:
                state.WorkerIsDown = input.WorkerIsDown;
                return 0;
            case ComponentInputKind.Child:
                Hear(ref state, input.Child!, new ChildHealth(input.Count, input.Status));
                return 0;
            default:
                return 0;
        }
    }

    /// <summary>What a former child tells late is nothing that concerns the one of its name.</summary>
    private static void Hear(ref ComponentState state, string child, ChildHealth health)
    {
        if (state.AilingChildren.TryGetValue(child, out var known) && known.Number > health.Number) return;
        state.AilingChildren = health.Status == HealthStatus.Healthy
            ? state.AilingChildren.Remove(child)
            : state.AilingChildren.SetItem(child, health);
    }

    private static void Step(
        ComponentSettings settings, ref ComponentState state, in BreakerInput input, TimeSpan now, ref ImmutableArray<ComponentChange> changes)
    {
        var transitions = Breaker.Advance(settings.Breaker, ref state.Breaker, input, now);
        foreach (var transition in transitions) changes = changes.Add(new ComponentChange(transition, null));

        state.At = now;
        var judged = HealthAssessment.Judge(settings.Health, state.Evidence(now));
        var before = state.Health.Status;
        state.Health = HealthAssessment.Apply(settings.Health, state.Health, judged, now);
        if (state.Health.Status != before) changes = changes.Add(new ComponentChange(null, new HealthChange(before, state.Health.Status, now)));
    }
}
