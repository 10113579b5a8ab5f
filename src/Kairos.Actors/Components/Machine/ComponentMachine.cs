using System.Collections.Immutable;
using Kairos.CircuitBreaker;
using Kairos.Health;

namespace Kairos.Components;

internal enum ComponentInputKind
{
    Breaker,  // only the breaker is concerned
    Error,    // an error, to be counted and weighed
    Recovery, // errors that a call had recorded were resolved by its success
    Health,   // a reported health
    Worker,   // the worker went down or came back
    Child,    // a sub-component's health
}

/// <summary>What happens to a component. A value.</summary>
internal readonly record struct ComponentInput
{
    public static readonly ComponentInput Tick = Of(BreakerInput.Tick);

    public ComponentInputKind Kind { get; private init; }

    /// <summary>What the breaker is told; a tick where the input does not concern it.</summary>
    public BreakerInput Breaker { get; private init; }

    /// <summary>The kind of an error or of a recovery.</summary>
    public ErrorKind ErrorKind { get; private init; }

    /// <summary>How many errors recovered; the number of a child.</summary>
    public long Count { get; private init; }

    /// <summary>The status of a verdict or of a child.</summary>
    public ComponentHealth Status { get; private init; }

    /// <summary>The child's name.</summary>
    public string? Child { get; private init; }

    public bool WorkerIsDown { get; private init; }

    public static ComponentInput Of(in BreakerInput input) => new() { Breaker = input };

    public static ComponentInput OfError(KairosError error, CallTicket ticket, TimeSpan? duration = null) => new()
    {
        Kind = ComponentInputKind.Error,
        Breaker = BreakerInput.Failure(ticket, error, duration),
        ErrorKind = ErrorKind.Of(error),
    };

    public static ComponentInput OfRecovery(ErrorKind kind, long count = 1) =>
        new() { Kind = ComponentInputKind.Recovery, ErrorKind = kind, Count = count };

    public static ComponentInput OfHealth(ComponentHealth status) => new()
    {
        Kind = ComponentInputKind.Health,
        Status = status,
        Breaker = status == ComponentHealth.Unhealthy ? BreakerInput.Unhealthy : BreakerInput.Tick,
    };

    public static ComponentInput OfWorker(bool isDown) => new() { Kind = ComponentInputKind.Worker, WorkerIsDown = isDown };

    public static ComponentInput OfChild(string child, long number, ComponentHealth status) =>
        new() { Kind = ComponentInputKind.Child, Child = child, Count = number, Status = status };
}

/// <summary>A change of the circuit or of the health; exactly one of the two is there.</summary>
internal readonly record struct ComponentChange(CircuitTransition? Circuit, HealthChange? Health);

/// <summary>What came of an input.</summary>
/// <param name="State">The next state.</param>
/// <param name="Changes">What changed on the way to it, in order of time.</param>
/// <param name="Recovered">Of the recoveries reported, how many had an error to recover.</param>
internal readonly record struct ComponentDecision(
    ComponentState State, ImmutableArray<ComponentChange> Changes, long Recovered);

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
        var (changes, recovered) = Advance(settings, ref next, input, now);
        return new ComponentDecision(next, changes, recovered);
    }

    /// <summary>The same, on a state that is the caller's own: it becomes the next one, and nothing is copied.</summary>
    public static (ImmutableArray<ComponentChange> Changes, long Recovered) Advance(
        ComponentSettings settings, ref ComponentState state, in ComponentInput input, TimeSpan now)
    {
        now = Times.Later(now, state.At);
        var changes = ImmutableArray<ComponentChange>.Empty;
        while (state.NextDeadline(settings.Health) is { } due && due <= now)
            Step(settings, ref state, BreakerInput.Tick, Times.Later(due, state.At), ref changes);

        var recovered = Note(ref state, input, now);
        var isOnlyShown = input.Kind == ComponentInputKind.Health && !settings.Health.OpensCircuit;
        Step(settings, ref state, isOnlyShown ? BreakerInput.Tick : input.Breaker, now, ref changes);
        return (changes, recovered);
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
            case ComponentInputKind.Health:
                state.ReportedHealth = input.Status;
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
        state.AilingChildren = health.Status == ComponentHealth.Healthy
            ? state.AilingChildren.Remove(child)
            : state.AilingChildren.SetItem(child, health);
    }

    /// <summary>What a component that may have missed something is to be told of its children: how each is, and that those that are gone ail no more.</summary>
    public static IEnumerable<ComponentInput> Reconcile(ComponentState state, IReadOnlyCollection<(string Name, ChildHealth Health)> children) =>
        state.AilingChildren.Where(known => children.All(child => child.Name != known.Key))
            .Select(known => ComponentInput.OfChild(known.Key, known.Value.Number, ComponentHealth.Healthy))
            .Concat(children.Select(child => ComponentInput.OfChild(child.Name, child.Health.Number, child.Health.Status)));

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
