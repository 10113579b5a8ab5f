namespace Kairos.State;

/// <summary>
/// When it is time to tell that a component's limits or budgets keep calls back: at the first one, and once a minute after that as long as there are more, so that
/// calls which are not made cost no message each. Thread-safe.
/// </summary>
internal sealed class RejectionNotices
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);
    private static readonly int Reasons = Enum.GetValues<RejectionReason>().Length;

    private readonly long[] _next = new long[Reasons]; // ticks of the clock
    private readonly long[] _told = new long[Reasons]; // the actor's own

    /// <summary>Whether it is time to tell of one more. True for one caller alone.</summary>
    public bool IsDue(RejectionReason reason, TimeSpan now)
    {
        ref var next = ref _next[(int)reason];
        var before = Volatile.Read(ref next);
        return now.Ticks >= before && Interlocked.CompareExchange(ref next, (now + Pause).Ticks, before) == before;
    }

    /// <summary>The actor's own: how many there have been since it told of them last.</summary>
    public long Take(RejectionReason reason, long total)
    {
        var count = total - _told[(int)reason];
        _told[(int)reason] = total;
        return count;
    }
}
