using Akka.Actor;
using Kairos.Breaking;
using Kairos.Components;
using static Kairos.Components.ComponentProtocol;

namespace Kairos.Calls;

/// <summary>
/// Decides from the published snapshot whether a call may run. Closed or open costs neither a message nor a lock; half-open, a place is
/// claimed by one compare-and-swap. Only the actor moves the circuit: a caller who finds a deadline passed tells it the time.
/// </summary>
internal static class Admissions
{
    /// <summary>Asks once.</summary>
    /// <param name="snapshot">What was published last.</param>
    /// <param name="now">The time.</param>
    /// <param name="isLate">When rejected: whether a deadline has passed that the actor has not acted on yet.</param>
    public static Admission TryAdmit(ComponentSnapshot snapshot, TimeSpan now, out bool isLate)
    {
        isLate = false;
        if (snapshot.Circuit == CircuitState.Closed) return Admission.Admit(snapshot.Sequence);
        var isObserving = snapshot.Settings.Breaker.Mode == BreakerMode.Observe;
        if (snapshot.Circuit == CircuitState.HalfOpen)
        {
            if (snapshot.Gate!.TryClaim(now, out var ticket)) return new Admission(true, ticket, null);
            if (isObserving) return Admission.Admit(snapshot.Sequence);
            isLate = snapshot.HasExpiredLease(now);
            return Admission.Reject(null);
        }

        if (isObserving) return Admission.Admit(snapshot.Sequence);
        if (snapshot.IsIsolated) return Admission.Reject(null);
        var left = snapshot.OpenDeadline - now;
        isLate = left <= TimeSpan.Zero;
        return Admission.Reject(isLate ? TimeSpan.Zero : left);
    }

    /// <summary>Whether a call is rejected for certain: there is nothing to claim and nobody to tell the time.</summary>
    public static bool IsShut(ComponentSnapshot snapshot, MonotonicClock clock, out TimeSpan? retryAfter)
    {
        retryAfter = null;
        if (snapshot.Circuit == CircuitState.Closed || snapshot.Settings.Breaker.Mode == BreakerMode.Observe) return false;
        if (snapshot.Circuit == CircuitState.HalfOpen) return !snapshot.Gate!.HasRoom && !snapshot.HasExpiredLease(clock.Now);
        if (snapshot.IsIsolated) return true;
        retryAfter = snapshot.OpenDeadline - clock.Now;
        return retryAfter > TimeSpan.Zero;
    }

    /// <summary>Asks, and where the actor is late tells it the time and asks once more.</summary>
    public static async ValueTask<Admission> AdmitAsync(GuardTarget target)
    {
        var clock = target.Runtime.Clock;
        var admission = TryAdmit(target.Cell.Snapshot, clock.Now, out var isLate);
        if (isLate)
        {
            var receipt = Receipt.Rent(clock.Provider, Accounting.Patience);
            target.TellAndHelp(new Nudge(target.Name, receipt));
            await receipt.WaitAsync().ConfigureAwait(false);
            admission = TryAdmit(target.Cell.Snapshot, clock.Now, out _);
        }

        if (admission.Ticket.IsProbe) target.Tell(new Nudge(target.Name, null)); // so that the lease has its timer
        return admission;
    }
}

/// <summary>Where a guard's messages go.</summary>
internal readonly record struct GuardTarget(KairosRuntime Runtime, ComponentCell Cell, IActorRef Supervisor)
{
    public string Name => Cell.Name;

    /// <summary>Tells something that the calling thread waits for.</summary>
    public void TellAndHelp(object message)
    {
        if (Runtime.MayLendThreads) LendingDispatcher.Tell(Cell.Route ?? Supervisor, message);
        else Tell(message);
    }

    public void Tell(object message) => (Cell.Route ?? Supervisor).Tell(message, ActorRefs.NoSender);
}
