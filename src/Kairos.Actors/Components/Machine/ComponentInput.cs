using System.Collections.Immutable;
using Kairos.CircuitBreaker;

namespace Kairos.Components;

internal enum ComponentInputKind
{
    /// <summary>Only the breaker is concerned.</summary>
    Breaker,

    /// <summary>An error, to be counted and weighed.</summary>
    Error,

    /// <summary>Errors that a call had recorded were resolved by its success.</summary>
    Recovery,

    /// <summary>A health verdict.</summary>
    Verdict,

    /// <summary>The worker went down or came back.</summary>
    Worker,

    /// <summary>A sub-component's health.</summary>
    Child,
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
    public HealthStatus Status { get; private init; }

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

    public static ComponentInput OfVerdict(HealthStatus status) => new()
    {
        Kind = ComponentInputKind.Verdict,
        Status = status,
        Breaker = status == HealthStatus.Unhealthy ? BreakerInput.Unhealthy : BreakerInput.Tick,
    };

    public static ComponentInput OfWorker(bool isDown) => new() { Kind = ComponentInputKind.Worker, WorkerIsDown = isDown };

    public static ComponentInput OfChild(string child, long number, HealthStatus status) =>
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

/// <summary>What came of an input besides the next state: see <see cref="ComponentDecision"/>.</summary>
internal readonly record struct ComponentConsequences(ImmutableArray<ComponentChange> Changes, long Recovered);
