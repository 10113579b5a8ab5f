namespace Kairos.Testing;

/// <summary>
/// Time that passes only when it is told to. Unlike other clocks for tests it knows when its next timer is due, so that whoever moves it can
/// go from timer to timer, and let everybody take in the one before the next. Timers run one by one, on the thread of who moves it. Thread-safe.
/// </summary>
internal sealed class VirtualTime : TimeProvider, IDisposable
{
    private static readonly DateTimeOffset Epoch = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly Lock _lock = new();
    private readonly SortedSet<VirtualTimer> _armed = new(Comparer<VirtualTimer>.Create(VirtualTimer.ByDue));
    private TimeSpan _now;
    private long _timers;
    private bool _isOver;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <summary>The time since the beginning.</summary>
    public TimeSpan Now
    {
        get
        {
            lock (_lock) return _now;
        }
    }

    /// <summary>When the next timer is due; null where none is armed.</summary>
    public TimeSpan? NextDue
    {
        get
        {
            lock (_lock) return _armed.Min?.Due;
        }
    }

    /// <summary>How many timers are armed.</summary>
    public int Armed
    {
        get
        {
            lock (_lock) return _armed.Count;
        }
    }

    public override long GetTimestamp() => Now.Ticks;

    public override DateTimeOffset GetUtcNow() => Epoch + Now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new VirtualTimer(this, callback, state, Interlocked.Increment(ref _timers));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Goes to a moment that is not past, and runs what is due by then.</summary>
    public void MoveTo(TimeSpan moment)
    {
        lock (_lock) _now = moment > _now ? moment : _now;
        while (TakeDue() is { } timer) timer.Run();
    }

    /// <summary>Arms a timer, or none where it is due never. One that is due at once is returned instead of being armed.</summary>
    public VirtualTimer? Arm(VirtualTimer timer, TimeSpan dueTime, TimeSpan period)
    {
        lock (_lock)
        {
            _armed.Remove(timer);
            if (_isOver || dueTime == Timeout.InfiniteTimeSpan) return null;
            timer.Due = _now + dueTime;
            timer.Period = period;
            _armed.Add(timer);
            return dueTime == TimeSpan.Zero ? Take(timer) : null;
        }
    }

    /// <summary>No timer runs any more.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _isOver = true;
            _armed.Clear();
        }
    }

    private VirtualTimer? TakeDue()
    {
        lock (_lock) return _armed.Min is { } next && next.Due <= _now ? Take(next) : null;
    }

    private VirtualTimer Take(VirtualTimer timer)
    {
        _armed.Remove(timer);
        if (timer.Period <= TimeSpan.Zero) return timer;
        timer.Due += timer.Period;
        _armed.Add(timer);
        return timer;
    }
}

/// <summary>A timer of virtual time. Thread-safe.</summary>
internal sealed class VirtualTimer(VirtualTime time, TimerCallback callback, object? state, long number) : ITimer
{
    private readonly ExecutionContext? _context = ExecutionContext.Capture();
    private volatile bool _isDisposed;

    /// <summary>When it is due; under the clock's lock.</summary>
    public TimeSpan Due { get; set; }

    /// <summary>How often it is due from then on; nothing more than once where it is not positive. Under the clock's lock.</summary>
    public TimeSpan Period { get; set; }

    /// <summary>Earlier ones first, and of those that are due together the one that was made first.</summary>
    public static int ByDue(VirtualTimer one, VirtualTimer other) => (one.Due, one.Number).CompareTo((other.Due, other.Number));

    private long Number => number;

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime != Timeout.InfiniteTimeSpan) ArgumentOutOfRangeException.ThrowIfLessThan(dueTime, TimeSpan.Zero);
        if (_isDisposed) return false;
        time.Arm(this, dueTime, period)?.Run();
        return true;
    }

    /// <summary>Runs what it was made for, in the flow of who made it.</summary>
    public void Run()
    {
        if (_isDisposed) return;
        if (_context is null) callback(state);
        else ExecutionContext.Run(_context, static it => ((VirtualTimer)it!).Call(), this);
    }

    public void Dispose()
    {
        _isDisposed = true;
        time.Arm(this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return default;
    }

    private void Call() => callback(state);
}
