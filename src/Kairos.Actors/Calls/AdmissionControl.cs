using Kairos.Actors;
using Kairos.CircuitBreaker;
using Kairos.State;
using static Kairos.ComponentProtocol;

namespace Kairos.Calls;

/// <summary>
/// Asks for a call whether it may run. Closed or open costs neither a message nor a lock; half-open, a slot is claimed by one
/// compare-and-swap. Only the actor moves the circuit: a caller who finds a deadline passed tells it the time.
/// </summary>
internal static class AdmissionControl
{
    /// <summary>Whether a call is rejected for certain: there is nothing to claim and nobody to tell the time.</summary>
    public static bool IsShut(ComponentSnapshot snapshot, MonotonicClock clock, out TimeSpan? retryAfter)
    {
        retryAfter = null;
        var (picture, now) = (snapshot.Picture, clock.Now);
        switch (Admission.Decide(picture, now))
        {
            case AdmissionAnswer.Reject:
                retryAfter = picture.Deadline - now;
                return true;
            case AdmissionAnswer.ClaimSlot:
                return !snapshot.Slots!.HasRoom && !Admission.WithoutSlot(picture, null).IsAdmitted;
            default:
                return false;
        }
    }

    /// <summary>Asks, and where the actor is late tells it the time and asks once more. The answer comes with the picture that decided it.</summary>
    public static async ValueTask<(Admission Answer, ComponentSnapshot Snapshot)> AdmitAsync(GuardTarget target, bool goesPastCircuit = false)
    {
        var clock = target.Runtime.Clock;
        var snapshot = target.Handle.Snapshot;
        if (goesPastCircuit) return (Admission.Admit(snapshot.Sequence), snapshot);
        var admission = ProbeSlots.TryAdmit(snapshot.Picture, snapshot.Slots, clock.Now);
        if (admission is null)
        {
            var acknowledgement = Acknowledgement.Rent(target.Runtime, OutcomeReporter.AcknowledgementTimeout);
            target.TellAndHelp(new Nudge(target.Name, acknowledgement));
            await acknowledgement.WaitAsync().ConfigureAwait(false);
            snapshot = target.Handle.Snapshot;
            admission = ProbeSlots.TryAdmit(snapshot.Picture, snapshot.Slots, clock.Now) ?? Admission.WithoutSlot(snapshot.Picture, TimeSpan.Zero);
        }

        if (admission.Value.Ticket.IsProbe) target.Tell(new Nudge(target.Name, null)); // so that the lease has its timer
        return (admission.Value, snapshot);
    }
}
