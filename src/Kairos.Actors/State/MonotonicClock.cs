namespace Kairos.State;

/// <summary>
/// Time as decisions see it: how long ago the clock was started, by the provider's monotonic timestamps, so that a corrected wall clock
/// moves no deadline. Thread-safe.
/// </summary>
internal sealed class MonotonicClock(TimeProvider time)
{
    private readonly long _origin = time.GetTimestamp();
    private readonly DateTimeOffset _epoch = time.GetUtcNow();
    private readonly double _ticksPerTimestamp = (double)TimeSpan.TicksPerSecond / time.TimestampFrequency;

    public TimeProvider Provider => time;

    public TimeSpan Now => At(time.GetTimestamp());

    /// <summary>The moment of one of the provider's timestamps.</summary>
    public TimeSpan At(long timestamp) => new((long)((timestamp - _origin) * _ticksPerTimestamp));

    /// <summary>The system's tick count at a moment, in milliseconds; <see cref="long.MinValue"/> where the clock is not the system's.</summary>
    public long ToTickCount(TimeSpan moment) => ReferenceEquals(time, TimeProvider.System)
        ? Environment.TickCount64 + (long)(moment - Now).TotalMilliseconds
        : long.MinValue;

    /// <summary>A number that stays the same while no time passes, a few milliseconds of the system's clock, which is much cheaper to read than the time.</summary>
    public long Tick => ReferenceEquals(time, TimeProvider.System) ? Environment.TickCount64 : time.GetTimestamp();

    /// <summary>The wall-clock time of a moment, reckoned from the wall clock at the start.</summary>
    public DateTimeOffset ToWallClock(TimeSpan moment) =>
        moment < DateTimeOffset.MaxValue - _epoch ? _epoch + moment : DateTimeOffset.MaxValue;
}
