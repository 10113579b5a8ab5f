namespace Kairos.State;

/// <summary>
/// How the guarded calls of one component ended, for <c>kairos.calls</c>; the actor reads the successes for its window. Shared between all
/// threads: callers count, others read. It outlives the actor.
/// </summary>
internal sealed class CallLedger
{
    public StripedCounter Successes;

    /// <summary>Successes of calls that were admitted under an earlier generation: they are counted, and fill no window.</summary>
    public StripedCounter UnwindowedSuccesses;

    public StripedCounter Failures;

    public StripedCounter Ignored;

    public StripedCounter Rejected;

    /// <summary>What was counted so far, by outcome.</summary>
    public (long Success, long Failure, long Ignored, long Rejected) Totals =>
        (Successes.Total + UnwindowedSuccesses.Total, Failures.Total, Ignored.Total, Rejected.Total);

    /// <summary>Calls that were made: those that were rejected earn no retries.</summary>
    public long TotalMade => Successes.Total + UnwindowedSuccesses.Total + Failures.Total + Ignored.Total;
}
