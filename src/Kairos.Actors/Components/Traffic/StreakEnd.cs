namespace Kairos.Components;

/// <summary>
/// Lets the first success after a failure tell the actor, and no other: one message ends a streak, however many calls succeed. Shared.
/// </summary>
internal sealed class StreakEnd
{
    private int _isTold;

    /// <summary>True once.</summary>
    public bool TryTell() => Volatile.Read(ref _isTold) == 0 && Interlocked.Exchange(ref _isTold, 1) == 0;
}
