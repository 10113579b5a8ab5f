namespace Kairos.Extensions.AI;

/// <summary>How long the answers of a route took of late: their mean, in which the last ones weigh more, and percentiles of the last 100. Thread-safe.</summary>
internal sealed class LatencyEstimate
{
    /// <summary>How many answers must be known before anything is said about percentiles.</summary>
    public const int LeastKnown = 20;

    private const int Kept = 100;
    private const double LeastWeight = 0.1;
    private static readonly TimeSpan Memory = TimeSpan.FromSeconds(10);
    private readonly Lock _lock = new();
    private readonly TimeSpan[] _last = new TimeSpan[Kept];
    private int _count;
    private TimeSpan? _mean;
    private TimeSpan _at;

    /// <summary>The mean; null while nothing is known. What is older than a few seconds weighs next to nothing once there is something newer.</summary>
    public TimeSpan? Mean
    {
        get
        {
            lock (_lock) return _mean;
        }
    }

    /// <summary>An answer, or the first content of one, has come.</summary>
    public void Answered(TimeSpan latency, TimeSpan now)
    {
        lock (_lock) Add(latency, now);
    }

    /// <summary>A call was given up. How long it was waited for tells something where that is longer than its answers take.</summary>
    public void GivenUp(TimeSpan waited, TimeSpan now)
    {
        lock (_lock)
        {
            if (_mean is null || waited > _mean) Add(waited, now);
        }
    }

    /// <summary>As long as this share of the last answers took, none longer; null while too few are known.</summary>
    /// <param name="share">More than 0, less than 1.</param>
    public TimeSpan? Percentile(double share)
    {
        TimeSpan[] sorted;
        lock (_lock)
        {
            if (_count < LeastKnown) return null;
            sorted = _last[..Math.Min(_count, Kept)];
        }

        Array.Sort(sorted);
        return sorted[Math.Min((int)Math.Ceiling(share * (sorted.Length + 1)), sorted.Length) - 1]; // the next answer takes longer with the chance that is left
    }

    private void Add(TimeSpan latency, TimeSpan now)
    {
        var weight = Math.Max(LeastWeight, 1 - Math.Exp(-(now - _at) / Memory));
        _mean = _mean is { } mean ? mean + ((latency - mean) * weight) : latency;
        _at = now;
        _last[_count % Kept] = latency;
        _count = _count < int.MaxValue - Kept ? _count + 1 : Kept;
    }
}
