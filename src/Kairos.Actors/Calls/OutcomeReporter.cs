using System.Diagnostics;
using System.Runtime.CompilerServices;
using Akka.Actor;
using Kairos.Actors;
using Kairos.CircuitBreaker;
using Kairos.Dispatch;
using Kairos.State;
using static Kairos.ComponentProtocol;

namespace Kairos.Calls;

/// <summary>
/// Tells what came of a call. A success is one count. It is also a message if the call was slow or a probe call, or if the actor asked for the next
/// success. A failure is told and waited for: when its caller sees it, the breaker has taken it into account.
/// </summary>
internal static class OutcomeReporter
{
    /// <summary>How long a caller waits for the actor at most. What was told is counted all the same.</summary>
    public static readonly TimeSpan AcknowledgementTimeout = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The fast way: a call under a plain picture succeeded. False when the picture has changed meanwhile: then nothing has been
    /// counted.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TrySucceed(ComponentHandle handle, ComponentSnapshot admitted)
    {
        if (!ReferenceEquals(handle.Snapshot, admitted)) return false;
        handle.Successes.Increment();
        return true;
    }

    /// <summary>An attempt succeeded.</summary>
    public static ValueTask SucceedAsync(in GuardTarget target, CallTicket ticket, TimeSpan? duration)
    {
        if (ticket.IsProbe)
        {
            target.Handle.Ledger.UnwindowedSuccesses.Increment(); // a probe call fills no window
            return TellAsync(target, new CallEnded(target.Name, ticket, CallStatus.Success, null) { Duration = duration });
        }

        Succeed(target, ticket, duration);
        return default;
    }

    /// <summary>An attempt that was no probe call succeeded: nobody has to wait.</summary>
    public static void Succeed(in GuardTarget target, CallTicket ticket, TimeSpan? duration)
    {
        var current = target.Handle.Snapshot;
        if (current.Sequence != ticket.Generation)
        {
            target.Handle.Ledger.UnwindowedSuccesses.Increment();
            return;
        }

        target.Handle.Ledger.Successes.Increment();
        if (current.Settings.Breaker.IsSlow(duration) || current.OneShot?.TryFire() == true)
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

    /// <summary>A call as a whole ended. Successes have been counted where the attempt succeeded.</summary>
    public static void Count(CallLedger ledger, CallStatus status, RejectionReason rejection = RejectionReason.None)
    {
        if (status == CallStatus.Failure) ledger.Failures.Increment();
        else if (status == CallStatus.Ignored) ledger.Ignored.Increment();
        else if (status == CallStatus.Rejected) ledger.RejectedFor(rejection).Increment();
    }

    private static ValueTask TellAsync(in GuardTarget target, CallEnded call)
    {
        if (target.Handle.IsGone) // the component was removed long ago, and nobody is there to refuse
        {
            Refusals.Refuse(target.Runtime, call, RefusalReason.Removed, ActorRefs.Nobody, target.Handle.Number);
            return default;
        }

        var acknowledgement = Acknowledgement.Rent(target.Runtime, AcknowledgementTimeout);
        target.TellAndHelp(call with { Acknowledgement = acknowledgement });
        return acknowledgement.WaitAsync();
    }
}

/// <summary>The component that a call is made on. It is the same from the call's beginning to its end, also where it is removed meanwhile.</summary>
internal readonly record struct GuardTarget(KairosRuntime Runtime, ComponentHandle Handle)
{
    public string Name => Handle.Name;

    /// <summary>Tells something that the calling thread waits for.</summary>
    public void TellAndHelp(object message)
    {
        if (Runtime.MayLendThreads) LendingDispatcher.Tell(Handle.Actor, message);
        else Tell(message);
    }

    public void Tell(object message) => Handle.Actor.Tell(message, ActorRefs.NoSender);
}

/// <summary>
/// One attempt while it runs: what it was admitted with, its limit, its token. One without limits that nobody measures has neither a token nor a clock.
/// </summary>
internal readonly struct Attempt
{
    private readonly MonotonicClock? _clock; // null where it is plain
    private readonly long _begin;
    private readonly TimeLimit _limit;
    private readonly AttemptToken _token;

    private Attempt(CallTicket ticket, MonotonicClock? clock = null, long begin = 0, TimeLimit limit = default, AttemptToken token = default) =>
        (Ticket, _clock, _begin, _limit, _token) = (ticket, clock, begin, limit, token);

    /// <summary>What it was admitted with.</summary>
    public CallTicket Ticket { get; }

    /// <summary>What ends with the caller's token, or when the limit is reached.</summary>
    public CancellationToken Token => _token.Token;

    /// <summary>One without limits, which began before.</summary>
    public static Attempt Plain(CallTicket ticket) => new(ticket);

    public static Attempt Begin(MonotonicClock clock, CallTicket ticket, in TimeLimit limit, CancellationToken caller) =>
        new(ticket, clock, clock.Provider.GetTimestamp(), limit, AttemptToken.Create(clock.Provider, limit.Left, caller));

    /// <summary>It has succeeded. Returns how long it took; null where that is not asked for, or it was plain.</summary>
    public TimeSpan? End(bool isMeasured = true)
    {
        _token.Dispose();
        return isMeasured ? _clock?.Provider.GetElapsedTime(_begin) : null;
    }

    public FailedAttempt Fail(Exception exception)
    {
        if (_clock is null) return new FailedAttempt(Ticket, exception);
        var elapsed = _token.HasElapsed ? _limit : (TimeLimit?)null;
        _token.Dispose();
        return new FailedAttempt(Ticket, exception, _clock.Provider.GetElapsedTime(_begin), elapsed, _clock.At(_begin));
    }
}

/// <summary>How an attempt failed.</summary>
/// <param name="Ticket">What it was admitted with.</param>
/// <param name="Exception">What it ended with.</param>
/// <param name="Duration">How long it took, where that was measured.</param>
/// <param name="Elapsed">The limit whose time was up; null where none was.</param>
/// <param name="Begin">When it began, where that was measured.</param>
internal readonly record struct FailedAttempt(CallTicket Ticket, Exception Exception, TimeSpan? Duration = null, TimeLimit? Elapsed = null, TimeSpan? Begin = null);

/// <summary>The errors that one call has recorded, until it ends in success or not.</summary>
internal struct SeenErrors
{
    private List<ErrorKind>? _kinds;

    /// <summary>When the first one was seen.</summary>
    public TimeSpan FirstAt { get; private set; }

    public readonly bool Any => _kinds is not null;

    public void Add(KairosError error, TimeSpan now)
    {
        if (_kinds is null) FirstAt = now;
        (_kinds ??= []).Add(ErrorKind.Of(error));
    }

    public readonly IEnumerable<(ErrorKind Kind, long Count)> ByKind() =>
        _kinds is null ? [] : _kinds.GroupBy(kind => kind).Select(group => (group.Key, (long)group.Count()));
}
