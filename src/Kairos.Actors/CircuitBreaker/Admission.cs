namespace Kairos.CircuitBreaker;

/// <summary>What is published of a circuit for callers to decide from.</summary>
/// <param name="Circuit">Its state.</param>
/// <param name="Generation">The generation that calls are admitted under.</param>
/// <param name="Mode">Whether it rejects at all.</param>
/// <param name="Deadline">The moment from which the actor has something to do: the end of the opening, or of the lease that ends first. Null
/// where there is none.</param>
internal readonly record struct CircuitPicture(CircuitStatus Circuit, long Generation, BreakerMode Mode, TimeSpan? Deadline)
{
    public static CircuitPicture Of(BreakerPolicy policy, in BreakerState state) =>
        new(state.Circuit, state.Generation, policy.Mode, state.NextDeadline);
}

/// <summary>What a picture and the time say to a caller.</summary>
internal enum AdmissionAnswer
{
    Admit,    // call
    Reject,   // do not call
    TellTime, // a deadline has passed that the actor has not acted on: tell it the time, and ask again
    ClaimSlot, // call if a slot for probe calls is free
}

/// <summary>The end of it for one call.</summary>
/// <param name="IsAdmitted">Whether it may run.</param>
/// <param name="Ticket">What its outcome must carry.</param>
/// <param name="RetryAfter">When rejected: how long until the deadline of the opening; null when nobody can say.</param>
internal readonly record struct Admission(bool IsAdmitted, CallTicket Ticket, TimeSpan? RetryAfter)
{
    public static Admission Admit(long generation, long lease = 0) => new(true, new CallTicket(generation, lease), null);

    public static Admission Reject(TimeSpan? retryAfter) => new(false, default, retryAfter);

    /// <summary>
    /// The one rule by which calls are let in: callers, replays and tests all ask it. Only the actor moves the circuit; a caller who sees that
    /// a deadline has passed tells it the time.
    /// </summary>
    public static AdmissionAnswer Decide(in CircuitPicture picture, TimeSpan now) => picture.Circuit switch
    {
        CircuitStatus.Closed => AdmissionAnswer.Admit,
        _ when picture.Deadline <= now => AdmissionAnswer.TellTime,
        CircuitStatus.HalfOpen => AdmissionAnswer.ClaimSlot,
        _ => picture.Mode == BreakerMode.Observe ? AdmissionAnswer.Admit : AdmissionAnswer.Reject,
    };

    /// <summary>For a call that found no slot, or an actor that has been told the time and has not acted on it: it observes, or is rejected.</summary>
    public static Admission WithoutSlot(in CircuitPicture picture, TimeSpan? retryAfter) =>
        picture.Mode == BreakerMode.Observe ? Admit(picture.Generation) : Reject(retryAfter);
}

/// <summary>
/// What an admitted call carries and its outcome gives back: the generation it was admitted under and, for a probe call, the number of
/// its lease. An outcome whose generation has passed changes no state.
/// </summary>
internal readonly record struct CallTicket(long Generation, long Lease)
{
    /// <summary>The ticket of a report: it belongs to whatever generation is current when it arrives.</summary>
    public static readonly CallTicket Report = new(-1, 0);

    /// <summary>Whether this is a probe call under a lease.</summary>
    public bool IsProbe => Lease > 0;
}

/// <summary>The lease of a running probe call: its number, and the moment at which a call that has not ended counts as failed.</summary>
internal readonly record struct ProbeLease(long Number, TimeSpan Until);
