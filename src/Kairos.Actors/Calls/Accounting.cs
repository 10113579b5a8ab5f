using System.Diagnostics;
using System.Runtime.CompilerServices;
using Kairos.Breaking;
using Kairos.Components;
using Kairos.Errors;
using static Kairos.Components.ComponentProtocol;

namespace Kairos.Calls;

/// <summary>
/// Tells what came of a call. A success is one count; it is a message only when it ends a streak of failures, was slow, or was a probe call.
/// A failure is told and waited for: when its caller sees it, the breaker has taken it into account.
/// </summary>
internal static class Accounting
{
    /// <summary>How long a caller waits for the actor at most. What was told is counted all the same.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>
    /// A call of a closed circuit succeeded, and nobody measured it: the fast way. False when the picture has changed meanwhile, or a streak of
    /// failures ends with it: then nothing has been counted.
    /// </summary>
    public static bool TrySucceedPlainly(ComponentCell cell, ComponentSnapshot admitted)
    {
        if (!ReferenceEquals(cell.Snapshot, admitted) || admitted.Streak is not null) return false;
        cell.Successes.Increment();
        return true;
    }

    /// <summary>The same where there is more to it.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void SucceedLate(in GuardTarget target, ComponentSnapshot admitted)
    {
        var current = target.Cell.Snapshot;
        if (current.Sequence != admitted.Sequence)
        {
            target.Cell.Ledger.LateSuccesses.Increment();
            return;
        }

        target.Cell.Ledger.Successes.Increment();
        if (current.Streak is { } streak && streak.TryTell())
            target.Tell(new CallEnded(target.Name, new CallTicket(admitted.Sequence, 0), CallStatus.Success, null));
    }

    /// <summary>An attempt succeeded.</summary>
    public static ValueTask SucceedAsync(in GuardTarget target, CallTicket ticket, TimeSpan? duration)
    {
        if (ticket.IsProbe)
        {
            target.Cell.Ledger.LateSuccesses.Increment(); // a probe call fills no window
            return TellAsync(target, new CallEnded(target.Name, ticket, CallStatus.Success, null) { Duration = duration });
        }

        Succeed(target, ticket, duration);
        return default;
    }

    /// <summary>An attempt that was no probe call succeeded.</summary>
    public static void Succeed(in GuardTarget target, CallTicket ticket, TimeSpan? duration)
    {
        var current = target.Cell.Snapshot;
        if (current.Sequence != ticket.Generation)
        {
            target.Cell.Ledger.LateSuccesses.Increment();
            return;
        }

        target.Cell.Ledger.Successes.Increment();
        if (current.Settings.Breaker.IsSlow(duration) || current.Streak?.TryTell() == true)
            target.Tell(new CallEnded(target.Name, ticket, CallStatus.Success, null) { Duration = duration });
    }

    /// <summary>An attempt failed, or ended with an error that the breaker ignores: it is an error all the same.</summary>
    public static ValueTask FailAsync(GuardTarget target, CallTicket ticket, KairosError error, TimeSpan? duration, ActivityContext trace)
    {
        var status = error.Verdict == Verdict.Ignore ? CallStatus.Ignored : CallStatus.Failure;
        return TellAsync(target, new CallEnded(target.Name, ticket, status, error) { Duration = duration, Trace = trace });
    }

    /// <summary>The caller cancelled. Only a probe call has something to give back.</summary>
    public static ValueTask CancelAsync(GuardTarget target, CallTicket ticket) =>
        ticket.IsProbe ? TellAsync(target, new CallEnded(target.Name, ticket, CallStatus.Ignored, null)) : default;

    /// <summary>A call that had seen errors ended in success after all.</summary>
    public static void Recover(in GuardTarget target, in SeenErrors errors, TimeSpan sinceFirst)
    {
        TimeSpan? duration = sinceFirst; // one call, one duration, whatever the number of kinds
        foreach (var (kind, count) in errors.ByKind())
        {
            target.Tell(new ReportRecovery(target.Name, kind, count) { Duration = duration });
            duration = null;
        }
    }

    private static ValueTask TellAsync(in GuardTarget target, CallEnded call)
    {
        if (target.Cell.IsGone)
        {
            Refusals.Refuse(target.Runtime, call, RefusalReason.Removed, Akka.Actor.ActorRefs.Nobody, target.Cell.Number);
            return default;
        }

        var receipt = Receipt.Rent(target.Runtime, Patience);
        target.TellAndHelp(call with { Receipt = receipt });
        return receipt.WaitAsync();
    }
}
