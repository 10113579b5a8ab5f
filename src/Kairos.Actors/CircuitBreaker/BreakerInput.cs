using System.Collections.Immutable;

namespace Kairos.CircuitBreaker;

internal enum BreakerInputKind
{
    /// <summary>Time has passed, nothing else.</summary>
    Tick,

    /// <summary>A call succeeded.</summary>
    Success,

    /// <summary>A call failed.</summary>
    Failure,

    /// <summary>A call ended without saying anything about the component.</summary>
    Neutral,

    /// <summary>Calls of a closed circuit that succeeded, told later and together. They fill the window.</summary>
    Traffic,

    /// <summary>A probe call that was let through a gate under a lease of its own number.</summary>
    Claim,

    /// <summary>A health verdict said unhealthy.</summary>
    Unhealthy,

    /// <summary>By hand: open until reset.</summary>
    Isolate,

    /// <summary>By hand: close and forget.</summary>
    Reset,
}

/// <summary>What happens to a breaker. A value, so that a million of them cost no garbage.</summary>
internal readonly record struct BreakerInput
{
    private const long NoGeneration = -2;

    public static readonly BreakerInput Tick = new() { Kind = BreakerInputKind.Tick };
    public static readonly BreakerInput Unhealthy = new() { Kind = BreakerInputKind.Unhealthy };
    public static readonly BreakerInput Isolate = new() { Kind = BreakerInputKind.Isolate };
    public static readonly BreakerInput Reset = new() { Kind = BreakerInputKind.Reset };

    public BreakerInputKind Kind { get; private init; }

    public CallTicket Ticket { get; private init; }

    /// <summary>How long the call took, where anybody measured it.</summary>
    public TimeSpan? Duration { get; private init; }

    /// <summary>The error of a failure.</summary>
    public KairosError? Error { get; private init; }

    /// <summary>How many calls a piece of traffic stands for.</summary>
    public long Count { get; private init; }

    /// <summary>How many of them were slow.</summary>
    public long Slow { get; private init; }

    public static BreakerInput Success(CallTicket ticket, TimeSpan? duration = null) =>
        new() { Kind = BreakerInputKind.Success, Ticket = ticket, Duration = duration };

    /// <summary>A failure, or a neutral outcome where the error's verdict is to ignore it.</summary>
    public static BreakerInput Failure(CallTicket ticket, KairosError error, TimeSpan? duration = null) =>
        new()
        {
            Kind = error.Verdict == Verdict.Ignore ? BreakerInputKind.Neutral : BreakerInputKind.Failure,
            Ticket = ticket,
            Duration = duration,
            Error = error,
        };

    public static BreakerInput Neutral(CallTicket ticket) => new() { Kind = BreakerInputKind.Neutral, Ticket = ticket };

    /// <summary>Successes that were only counted. They end the streak of failures of the generation they were admitted under; by default of none.</summary>
    public static BreakerInput Traffic(long count, long slow = 0, long endsStreakOf = NoGeneration) =>
        new() { Kind = BreakerInputKind.Traffic, Count = count, Slow = slow, Ticket = new CallTicket(endsStreakOf, 0) };

    public static BreakerInput Claim(CallTicket ticket) => new() { Kind = BreakerInputKind.Claim, Ticket = ticket };
}

/// <summary>What came of an input: the next state, and the transitions on the way to it in order.</summary>
internal readonly record struct BreakerDecision(BreakerState State, ImmutableArray<CircuitTransition> Transitions);
