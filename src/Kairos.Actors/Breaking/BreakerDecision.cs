using System.Collections.Immutable;

namespace Kairos.Breaking;

/// <summary>What came of an input: the next state, the transitions on the way to it in order, and the answer to a call that asked.</summary>
internal readonly record struct BreakerDecision(
    BreakerState State, ImmutableArray<CircuitTransition> Transitions, Admission Admission);
