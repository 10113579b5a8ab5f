using Kairos.Breaking;

namespace Kairos.Components;

/// <summary>A probe call that was let through: the number of its lease, and when it began.</summary>
internal sealed record ProbeClaim(long Lease, TimeSpan At);

/// <summary>
/// The places for probe calls of one half-open generation. Callers claim them without a lock and without asking; the actor takes the claims
/// over into the breaker before anything else it does, and gives a place back when the probe call has ended. Shared between both; it
/// outlives the actor.
/// </summary>
internal sealed class ProbeGate(long generation, int places, long lastLease)
{
    private readonly ProbeClaim?[] _claims = new ProbeClaim?[places];
    private long _lastLease = lastLease;

    /// <summary>The generation whose probe calls are let through here.</summary>
    public long Generation => generation;

    /// <summary>Claims a place. Any thread.</summary>
    public bool TryClaim(TimeSpan now, out CallTicket ticket)
    {
        ticket = default;
        for (var i = 0; i < _claims.Length; i++)
        {
            if (Volatile.Read(ref _claims[i]) is not null) continue;
            var claim = new ProbeClaim(Interlocked.Increment(ref _lastLease), now);
            if (Interlocked.CompareExchange(ref _claims[i], claim, null) is not null) continue;
            ticket = new CallTicket(generation, claim.Lease);
            return true;
        }

        return false;
    }

    /// <summary>Whether there is a place. Any thread; what it was a moment ago.</summary>
    public bool HasRoom
    {
        get
        {
            for (var i = 0; i < _claims.Length; i++)
            {
                if (Volatile.Read(ref _claims[i]) is null) return true;
            }

            return false;
        }
    }

    /// <summary>The claims that stand. The actor only.</summary>
    public IEnumerable<ProbeClaim> Claims
    {
        get
        {
            for (var i = 0; i < _claims.Length; i++)
            {
                if (Volatile.Read(ref _claims[i]) is { } claim) yield return claim;
            }
        }
    }

    /// <summary>
    /// Gives a place back. The actor only. A caller who claimed a place in the moment in which its generation ended may hold a number that
    /// is given out again, so the generation has to be right too.
    /// </summary>
    public void Release(CallTicket ticket)
    {
        if (ticket.Generation != generation) return;
        for (var i = 0; i < _claims.Length; i++)
        {
            if (Volatile.Read(ref _claims[i])?.Lease == ticket.Lease) Volatile.Write(ref _claims[i], null);
        }
    }
}
