using Kairos.Components;

namespace Kairos.Tests.Components.Limits;

/// <summary>A rule that says how many calls may run at a time, as a simulation asks it.</summary>
internal interface ILimitModel
{
    int Limit { get; }

    void Ended(TimeSpan duration, bool isOverload, int inFlight, TimeSpan now);
}

internal sealed class FixedModel(int limit) : ILimitModel
{
    public int Limit => limit;

    public void Ended(TimeSpan duration, bool isOverload, int inFlight, TimeSpan now)
    {
    }
}

/// <summary>Ours.</summary>
internal sealed class AdaptiveModel(AdaptivePolicy policy) : ILimitModel
{
    private AdaptiveLimit _state = AdaptiveLimit.Begin(policy, TimeSpan.Zero);

    public int Limit => _state.Value;

    public AdaptiveLimit State => _state;

    public void Ended(TimeSpan duration, bool isOverload, int inFlight, TimeSpan now) => _state = _state.Ended(policy, duration, isOverload, inFlight, now);
}

/// <summary>
/// Netflix' concurrency-limits measure by windows of a second with ten calls at least, by their mean, and keep the limit where less than half of it is used.
/// </summary>
internal abstract class NetflixModel : ILimitModel
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(1);
    private TimeSpan _end = Window;
    private double _seconds;
    private int _calls;
    private int _most;
    private bool _hasDropped;

    protected double Current { get; set; } = 20;

    public int Limit => (int)Current;

    public void Ended(TimeSpan duration, bool isOverload, int inFlight, TimeSpan now)
    {
        _calls++;
        _seconds += duration.TotalSeconds;
        _most = Math.Max(_most, inFlight);
        _hasDropped |= isOverload;
        if (now < _end) return;
        if (_calls >= 10) Current = Math.Clamp(Update(_seconds / _calls, _most, _hasDropped), 1, 200);
        (_end, _calls, _seconds, _most, _hasDropped) = (now + Window, 0, 0, 0, false);
    }

    protected abstract double Update(double latency, int inFlight, bool hasDropped);
}

/// <summary>
/// Gradient2: the limit times long-term / current latency (0.5 to 1), and four more; a fifth of the way at a time. The long term is an exponential mean of 600
/// windows, which falls faster where it is twice the current latency. It knows no errors.
/// </summary>
internal sealed class Gradient2Model : NetflixModel
{
    private readonly ExponentialMean _long = new(600, 10);

    protected override double Update(double latency, int inFlight, bool hasDropped)
    {
        var longTerm = _long.Add(latency);
        if (longTerm > 2 * latency) _long.Value *= 0.9;
        if (inFlight < Current / 2) return Current;
        var gradient = Math.Clamp(longTerm / latency, 0.5, 1);
        return (0.8 * Current) + (0.2 * ((Current * gradient) + 4));
    }
}

/// <summary>Vegas: the queue is estimated as limit × (1 − least latency / latency); it grows fast, grows, stays or shrinks. The least is measured anew from time to time.</summary>
internal sealed class VegasModel(int seed) : NetflixModel
{
    private readonly Random _random = new(seed);
    private double _least = double.MaxValue;
    private double _jitter = 0.75;
    private int _windows;

    protected override double Update(double latency, int inFlight, bool hasDropped)
    {
        var isProbe = ++_windows >= _jitter * 30 * Current;
        if (isProbe || latency < _least)
        {
            if (isProbe) (_windows, _jitter) = (0, 0.5 + (_random.NextDouble() / 2));
            _least = latency;
            return Current;
        }

        var step = Math.Max(1, Math.Floor(Math.Log10(Current)));
        if (hasDropped) return Current - step;
        if (inFlight * 2 < Current) return Current;
        var queue = Math.Ceiling(Current * (1 - (_least / latency)));
        return queue <= step ? Current + (6 * step) : queue < 3 * step ? Current + step : queue > 6 * step ? Current - step : Current;
    }
}

/// <summary>
/// failsafe-go's adaptive limiter: windows of a second and fifty calls, their 90th percentile through a median of five and a mean of five, against an exponential mean
/// of ten; Vegas' steps; and correlations of the calls in flight with throughput and latency over the last fifty windows, which take the limit back where
/// more calls bring longer times only. It measures every call, whatever came of it.
/// </summary>
internal sealed class FailsafeModel : ILimitModel
{
    private readonly List<double> _durations = [];
    private readonly Queue<double> _filter = new();
    private readonly ExponentialMean _recent = new(5, 10);
    private readonly ExponentialMean _baseline = new(10, 10);
    private readonly List<(double InFlight, double Throughput, double Latency)> _history = [];
    private TimeSpan _due;
    private double _limit = 20;
    private int _most;

    public int Limit => (int)_limit;

    public void Ended(TimeSpan duration, bool isOverload, int inFlight, TimeSpan now)
    {
        _durations.Add(duration.TotalSeconds);
        _most = Math.Max(_most, inFlight);
        if (now <= _due || _durations.Count < 50) return;
        _durations.Sort();
        _filter.Enqueue(_durations[(int)(_durations.Count * 0.9)]);
        if (_filter.Count > 5) _filter.Dequeue();
        Update(_recent.Add(_filter.Count < 5 ? _filter.Last() : _filter.Order().ElementAt(2)), isFull: inFlight >= Limit);
        _due = now + TimeSpan.FromSeconds(Math.Clamp(_durations[0] * 2, 1, 30));
        _durations.Clear();
        _most = 0;
    }

    private void Update(double latency, bool isFull)
    {
        var queue = Math.Ceiling(_limit * (1 - (_baseline.Add(latency) / latency)));
        _history.Add((_most, _most / latency, latency));
        if (_history.Count > 50) _history.RemoveAt(0);
        var (throughput, spread) = Correlate(item => item.Throughput);
        var (slowdown, _) = Correlate(item => item.Latency);
        var step = Math.Max(1, Math.Floor(Math.Log10(_limit)));
        var isOver = queue > 6 * step
            || (isFull && (throughput < 0 || (throughput < 0.3 && slowdown > 0.5) || (spread < 0.2 && slowdown > 0.5)));
        var next = isOver ? _limit - step : queue < 3 * step ? _limit + step : _limit;
        if (next > _most * 5) next = _limit - step;
        _limit = Math.Clamp(next, 1, 200);
    }

    /// <summary>The correlation of calls in flight with something, and how much that varies; none before ten windows, or where either hardly varies.</summary>
    private (double Correlation, double Spread) Correlate(Func<(double InFlight, double Throughput, double Latency), double> what)
    {
        if (_history.Count < 10) return (0, 0);
        var (x, y) = (_history.Average(item => item.InFlight), _history.Average(what));
        var (xx, yy) = (_history.Average(item => Math.Pow(item.InFlight - x, 2)), _history.Average(item => Math.Pow(what(item) - y, 2)));
        var spread = Math.Sqrt(yy) / y;
        return Math.Sqrt(xx) / x < 0.01 || spread < 0.01
            ? (0, spread)
            : (_history.Average(item => (item.InFlight - x) * (what(item) - y)) / Math.Sqrt(xx * yy), spread);
    }
}

/// <summary>An exponential mean, plain over the first values.</summary>
internal sealed class ExponentialMean(int window, int warmup)
{
    private int _count;

    public double Value { get; set; }

    public double Add(double value)
    {
        if (_count < warmup) Value += (value - Value) / ++_count;
        else Value += (value - Value) * 2 / (window + 1);
        return Value;
    }
}
