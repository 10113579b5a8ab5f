namespace Kairos.Components;

/// <summary>
/// How the guarded calls of one component ended, for <c>kairos.calls</c>; the actor reads the successes for its window. Shared between all
/// threads: callers count, others read. It outlives the actor.
/// </summary>
internal sealed class CallLedger
{
    public StripedCounter Successes { get; } = new();

    /// <summary>Successes of calls that were admitted under an earlier generation: they are counted, and fill no window.</summary>
    public StripedCounter LateSuccesses { get; } = new();

    public StripedCounter Failures { get; } = new();

    public StripedCounter Ignored { get; } = new();

    public StripedCounter Rejected { get; } = new();

    public long Total => Successes.Total + LateSuccesses.Total + Failures.Total + Ignored.Total + Rejected.Total;
}
