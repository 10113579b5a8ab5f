namespace Kairos.Host.Running;

/// <summary>The system's clock, run faster, so that a journal of minutes is played in seconds with all its deadlines. Thread-safe.</summary>
internal sealed class AcceleratedTimeProvider(double speed) : TimeProvider
{
    private readonly long _originTimestamp = System.GetTimestamp();
    private readonly DateTimeOffset _originTime = System.GetUtcNow();

    public override long TimestampFrequency => System.TimestampFrequency;

    public override long GetTimestamp() => _originTimestamp + (long)((System.GetTimestamp() - _originTimestamp) * speed);

    public override DateTimeOffset GetUtcNow() => _originTime + (System.GetElapsedTime(_originTimestamp) * speed);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new AcceleratedTimer(System.CreateTimer(callback, state, Shorten(dueTime), Shorten(period)), this);

    private TimeSpan Shorten(TimeSpan time) => time == Timeout.InfiniteTimeSpan ? time : time / speed;

    private sealed class AcceleratedTimer(ITimer timer, AcceleratedTimeProvider provider) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(provider.Shorten(dueTime), provider.Shorten(period));

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
