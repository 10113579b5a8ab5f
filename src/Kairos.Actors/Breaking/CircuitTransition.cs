namespace Kairos.Breaking;

/// <summary>
/// One change of a circuit's state. Immutable. Number 0 is not a change but the first state, so that a listener can tell from the numbers
/// alone that it missed something.
/// </summary>
/// <param name="Sequence">1, 2, 3… without gaps for each breaker. It is also the generation that begins with the transition.</param>
/// <param name="From">The state before.</param>
/// <param name="To">The state after.</param>
/// <param name="Reason">Why.</param>
/// <param name="At">When, as monotonic time since the clock's start. For what a deadline brings about: the deadline.</param>
public sealed record CircuitTransition(long Sequence, CircuitState From, CircuitState To, TransitionReason Reason, TimeSpan At);
