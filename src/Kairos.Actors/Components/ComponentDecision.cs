using System.Collections.Immutable;
using Kairos.Breaking;
using Kairos.Health;

namespace Kairos.Components;

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
