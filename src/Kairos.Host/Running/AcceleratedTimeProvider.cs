namespace Kairos.Host.Running;

/// <summary>
/// The system's clock, run faster, so that a journal of minutes is played in seconds with all its deadlines. It can be made to stand still
/// at a moment until what happens at that moment has been told and decided: then a slow machine plays a journal later, but never otherwise.
/// Thread-safe.
/// </summary>
internal sealed class AcceleratedTimeProvider(double speed) : TimeProvider
{
    private readonly long _origin = System.GetTimestamp();
    private readonly DateTimeOffset _originTime = System.GetUtcNow();

    // Replaced as a whole, so that a reader on another thread sees either the old pace or the new one.
    private volatile Pace _pace = new(TimeSpan.Zero, TimeSpan.Zero, TimeSpan.MaxValue);

    /// <summary>In ticks, so that differences of moments are exact.</summary>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Now.Ticks;

    public override DateTimeOffset GetUtcNow() => _originTime + Now;

    /// <summary>How long ago this clock was started, by itself.</summary>
    public TimeSpan Now => _pace.At(System.GetElapsedTime(_origin), speed);

    /// <summary>Lets time pass up to a moment and no further; the time for which it has stood still is not made up for.</summary>
    /// <param name="moment">The moment, not before that of the call before.</param>
    public void RunUpTo(TimeSpan moment)
    {
        var real = System.GetElapsedTime(_origin);
        _pace = new Pace(real, _pace.At(real, speed), moment);
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new AcceleratedTimer(System.CreateTimer(callback, state, Shorten(dueTime), Shorten(period)), this);

    /// <summary>In whole milliseconds, because timers count in these, and up, because one that is early only has to wait again.</summary>
    private TimeSpan Shorten(TimeSpan time) =>
        time == Timeout.InfiniteTimeSpan ? time : TimeSpan.FromMilliseconds(Math.Ceiling(time.TotalMilliseconds / speed));

    private sealed record Pace(TimeSpan Real, TimeSpan Accelerated, TimeSpan Limit)
    {
        public TimeSpan At(TimeSpan real, double speed)
        {
            var accelerated = Accelerated + ((real - Real) * speed);
            return accelerated < Limit ? accelerated : Limit;
        }
    }

    private sealed class AcceleratedTimer(ITimer timer, AcceleratedTimeProvider provider) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(provider.Shorten(dueTime), provider.Shorten(period));

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
