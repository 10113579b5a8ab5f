using System.Collections.Immutable;
using Kairos.CircuitBreaker;

namespace Kairos.State;

/// <summary>A slot that a probe call has taken: its number, and when.</summary>
internal readonly record struct ProbeClaim(long Number, TimeSpan At);

/// <summary>
/// The slots for probe calls of one half-open generation. Callers claim them without a lock and without asking; the actor takes the claims
/// into the breaker before anything else it does, and gives a slot back when the breaker holds no lease for it any more. Thread-safe; it
/// outlives the actor, so a claim whose message is lost with its actor is known to the next one.
/// </summary>
internal sealed class ProbeSlots(long generation, int limit, long lastNumber)
{
    // Everything at once, in one reference: it is replaced as a whole by compare-and-swap, so nobody ever sees a slot that is taken and has
    // no number, or a number without its time.
    private Taken _taken = new(limit, lastNumber, []);

    /// <summary>The generation whose probe calls take these slots.</summary>
    public long Generation => generation;

    /// <summary>The claims that stand, by number.</summary>
    public ImmutableArray<ProbeClaim> Claims => Volatile.Read(ref _taken).Claims;

    /// <summary>Whether one is free; what it was a moment ago.</summary>
    public bool HasRoom => Volatile.Read(ref _taken).HasRoom;

    /// <summary>The slots that belong to a state; null unless it is half-open. The actor only, whenever it has decided.</summary>
    /// <param name="current">The slots so far.</param>
    /// <param name="policy">The policy in force: its limit holds at once, and takes away no slot that is out.</param>
    /// <param name="state">What was decided. A slot is given back when its lease is.</param>
    public static ProbeSlots? For(ProbeSlots? current, BreakerPolicy policy, in BreakerState state)
    {
        if (state.Circuit != CircuitStatus.HalfOpen) return null;
        if (current?.Generation != state.Generation) return new ProbeSlots(state.Generation, policy.HalfOpenCalls, state.LastLease);
        current.Settle(policy.HalfOpenCalls, state.Leases, state.LastLease);
        return current;
    }

    /// <summary>Asks once, and claims a slot where one is needed. Null: tell the actor the time, and ask again.</summary>
    public static Admission? TryAdmit(in CircuitPicture picture, ProbeSlots? slots, TimeSpan now)
    {
        switch (Admission.Decide(picture, now))
        {
            case AdmissionAnswer.Admit:
                return Admission.Admit(picture.Generation);
            case AdmissionAnswer.Reject:
                return Admission.Reject(picture.Deadline - now);
            case AdmissionAnswer.TellTime:
                return null;
            default:
                return slots!.TryClaim(now, out var ticket) ? new Admission(true, ticket, null) : Admission.WithoutSlot(picture, null);
        }
    }

    /// <summary>The claims that a state does not know of yet, in the order in which they were made.</summary>
    public IEnumerable<ProbeClaim> ClaimsUnknownTo(BreakerState state) =>
        state.Circuit == CircuitStatus.HalfOpen && state.Generation == generation ? Claims.Where(claim => claim.Number > state.LastLease) : [];

    /// <summary>Claims a slot.</summary>
    public bool TryClaim(TimeSpan now, out CallTicket ticket)
    {
        while (true)
        {
            var taken = Volatile.Read(ref _taken);
            ticket = taken.HasRoom ? new CallTicket(generation, taken.LastNumber + 1) : default;
            if (!taken.HasRoom) return false;
            var next = taken with { LastNumber = ticket.Lease, Claims = taken.Claims.Add(new ProbeClaim(ticket.Lease, now)) };
            if (Interlocked.CompareExchange(ref _taken, next, taken) == taken) return true;
        }
    }

    /// <summary>Keeps the claims for which there is a lease, and those that the breaker has not been told of.</summary>
    private void Settle(int limit, ImmutableArray<ProbeLease> leases, long lastKnown)
    {
        while (true)
        {
            var taken = Volatile.Read(ref _taken);
            var claims = taken.Claims.RemoveAll(claim => claim.Number <= lastKnown && !leases.Any(lease => lease.Number == claim.Number));
            if (claims == taken.Claims && limit == taken.Limit) return;
            var next = taken with { Limit = limit, Claims = claims };
            if (Interlocked.CompareExchange(ref _taken, next, taken) == taken) return;
        }
    }

    private sealed record Taken(int Limit, long LastNumber, ImmutableArray<ProbeClaim> Claims)
    {
        public bool HasRoom => Claims.Length < Limit;
    }
}

/// <summary>
/// Lets one success tell the actor: the first after a failure, or after a time without calls. One message ends a streak, however many calls succeed. Shared.
/// </summary>
internal sealed class OneShotSignal
{
    private int _isFired;

    /// <summary>True once.</summary>
    public bool TryFire() => Volatile.Read(ref _isFired) == 0 && Interlocked.Exchange(ref _isFired, 1) == 0;
}
