namespace Kairos.State;

/// <summary>
/// Lets the first success after a failure tell the actor, and no other: one message ends a streak, however many calls succeed. Shared.
/// </summary>
internal sealed class OneShotSignal
{
    private int _isFired;

    /// <summary>True once.</summary>
    public bool TryFire() => Volatile.Read(ref _isFired) == 0 && Interlocked.Exchange(ref _isFired, 1) == 0;
}
