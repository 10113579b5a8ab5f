using System.Collections.Immutable;

namespace Kairos.CircuitBreaker;

internal enum BreakerInputKind
{
    Tick,      // time has passed, nothing else
    Success,   // a call succeeded
    Failure,   // a call failed
    Neutral,   // a call ended without saying anything about the component
    Traffic,   // calls of a closed circuit that succeeded, told later and together; they fill the window
    Claim,     // a probe call that has taken a slot, under a lease of its own number
    Unhealthy, // a health verdict said unhealthy
    Isolate,   // by hand: open until reset
    Reset,     // by hand: close and forget
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

    /// <summary>How long the call took, where anybody measured it; of a claim: how long it may take, where that has a limit.</summary>
    public TimeSpan? Duration { get; private init; }

    /// <summary>The error of a failure.</summary>
    public KairosError? Error { get; private init; }

    /// <summary>How many calls a piece of traffic stands for.</summary>
    public long Count { get; private init; }

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

    /// <summary>A caller has taken a slot for a probe call, whose attempt may last so long; null where it has no limit.</summary>
    public static BreakerInput Claim(CallTicket ticket, TimeSpan? attemptTimeout = null) =>
        new() { Kind = BreakerInputKind.Claim, Ticket = ticket, Duration = attemptTimeout };
}

/// <summary>What came of an input: the next state, and the transitions on the way to it in order.</summary>
internal readonly record struct BreakerDecision(BreakerState State, ImmutableArray<CircuitTransition> Transitions);

/// <summary>
/// Everything a breaker knows, as a value. Only <see cref="Breaker"/> makes the next one; whoever has a value may let it do so in place, which
/// nobody else can see.
/// </summary>
internal record struct BreakerState
{
    /// <summary>The deadline of an opening that only a reset ends.</summary>
    public static readonly TimeSpan Never = TimeSpan.MaxValue;

    /// <summary>How the current state came about: its sequence number is the generation, its time the beginning of the state.</summary>
    public CircuitTransition Last { get; set; }

    /// <summary>While open: when the circuit becomes half-open; <see cref="Never"/> when it was isolated.</summary>
    public TimeSpan OpenUntil { get; set; }

    /// <summary>While open: until when the callee has asked for time, by a retry-after; where a limit or a quota has opened it, for the whole opening.</summary>
    public TimeSpan AskedUntil { get; set; }

    /// <summary>Failures since the last success.</summary>
    public int ConsecutiveFailures { get; set; }

    /// <summary>Openings by the rules since the circuit was last closed; the exponent of the open duration.</summary>
    public int Openings { get; set; }

    /// <summary>Probe calls that succeeded since the circuit became half-open.</summary>
    public int ProbeSuccesses { get; set; }

    /// <summary>The probe calls that are running.</summary>
    public ImmutableArray<ProbeLease> Leases { get; set; }

    /// <summary>The number of the lease given last; numbers are never used twice.</summary>
    public long LastLease { get; set; }

    /// <summary>The calls that the ratio rules look at; empty while no such rule is on.</summary>
    public SlidingWindow Window { get; set; }

    /// <summary>Time spent in each state before the current one began.</summary>
    public TimeInStates Past { get; set; }

    /// <summary>Where the jitter's random numbers come from. Part of the value, so that the same inputs give the same deadlines.</summary>
    public ulong Seed { get; set; }

    public readonly CircuitStatus Circuit => Last.To;

    public readonly long Generation => Last.Sequence;

    public readonly bool IsIsolated => Circuit == CircuitStatus.Open && OpenUntil == Never;

    /// <summary>When the breaker will next change of its own accord; null when only an input can change it.</summary>
    public readonly TimeSpan? NextDeadline => DeadlineOf(Circuit, OpenUntil, Leases);

    /// <summary>The same of what a picture keeps of it.</summary>
    public static TimeSpan? DeadlineOf(CircuitStatus circuit, TimeSpan openUntil, ImmutableArray<ProbeLease> leases) => circuit switch
    {
        CircuitStatus.Open when openUntil != Never => openUntil,
        CircuitStatus.HalfOpen when !leases.IsEmpty => leases.Min(lease => lease.Until),
        _ => null,
    };

    /// <summary>A closed breaker that has seen nothing.</summary>
    public static BreakerState Initial(TimeSpan now, ulong seed = 0) => new()
    {
        Last = new CircuitTransition(0, CircuitStatus.Closed, CircuitStatus.Closed, TransitionReason.Initial, now),
        Leases = [],
        Seed = seed,
    };
}

/// <summary>How long a circuit was in each of its states.</summary>
internal readonly record struct TimeInStates(TimeSpan Open, TimeSpan HalfOpen, TimeSpan Closed)
{
    public TimeSpan this[CircuitStatus state] => state switch
    {
        CircuitStatus.Open => Open,
        CircuitStatus.HalfOpen => HalfOpen,
        _ => Closed,
    };

    /// <summary>
    /// With the time in the current state. It is credited up to its deadline only: if the deadline is late to be acted on, the time after it
    /// belongs to the next state.
    /// </summary>
    public TimeInStates UpTo(TimeSpan now, CircuitTransition current, TimeSpan? deadline)
    {
        var end = Times.Earlier(now, deadline) ?? now;
        return Add(current.To, Times.Later(TimeSpan.Zero, end - current.At));
    }

    public TimeInStates Add(CircuitStatus state, TimeSpan time) => state switch
    {
        CircuitStatus.Open => this with { Open = Open + time },
        CircuitStatus.HalfOpen => this with { HalfOpen = HalfOpen + time },
        _ => this with { Closed = Closed + time },
    };

    /// <summary>For each state the longer of two times.</summary>
    public static TimeInStates Max(in TimeInStates a, in TimeInStates b) => new(
        Times.Later(a.Open, b.Open), Times.Later(a.HalfOpen, b.HalfOpen), Times.Later(a.Closed, b.Closed));
}

/// <summary>Moments and durations, compared.</summary>
internal static class Times
{
    /// <summary>The later of two moments, the longer of two durations.</summary>
    public static TimeSpan Later(TimeSpan one, TimeSpan other) => TimeSpan.FromTicks(Math.Max(one.Ticks, other.Ticks));

    /// <summary>The earlier of two moments; null is never.</summary>
    public static TimeSpan? Earlier(TimeSpan? one, TimeSpan? other) =>
        one is { } a && other is { } b ? TimeSpan.FromTicks(Math.Min(a.Ticks, b.Ticks)) : one ?? other;
}
