using System.Collections.Immutable;

namespace Kairos.Breaking;

/// <summary>What came of an input: the next state, and the transitions on the way to it in order.</summary>
internal readonly record struct BreakerDecision(BreakerState State, ImmutableArray<CircuitTransition> Transitions);
