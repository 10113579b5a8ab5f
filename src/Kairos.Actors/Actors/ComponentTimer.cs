using Akka.Actor;

namespace Kairos.Actors;

/// <summary>
/// Reminds an actor of its next deadline. Only a hint: every decision is made from the time at which the message is handled, so a tick
/// that is late or too many does no harm. Used by one actor; made at the first deadline, because most components never have one.
/// </summary>
internal sealed class ComponentTimer(TimeProvider time, IActorRef self)
{
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1); // timers have a limit; a tick that is early is harmless
    private ITimer? _timer;
    private TimeSpan? _due;

    /// <summary>Arranges for a tick at a deadline, or for none.</summary>
    public void Schedule(TimeSpan? deadline, TimeSpan now)
    {
        if (deadline == _due) return;
        _due = deadline;
        var wait = deadline is not { } due ? Timeout.InfiniteTimeSpan
            : due <= now ? TimeSpan.Zero
            : due - now < Longest ? due - now
            : Longest;
        if (_timer is null && deadline is not null)
            _timer = time.CreateTimer(static actor => ((IActorRef)actor!).Tell(ComponentProtocol.Tick.Instance), self, wait, Timeout.InfiniteTimeSpan);
        else
            _timer?.Change(wait, Timeout.InfiniteTimeSpan);
    }

    /// <summary>What was arranged has happened; the next <see cref="Schedule"/> starts anew.</summary>
    public void Elapsed() => _due = null;

    public void Stop() => _timer?.Dispose();
}
