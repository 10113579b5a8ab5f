namespace Kairos.Tests.Components.Limits;

/// <summary>
/// A callee that works on so many calls at a time, the others waiting in order, and callers in front of it who would like to make far more calls, under a limit. Event by
/// event, in virtual time, the same each time.
/// </summary>
/// <param name="model">The limit.</param>
/// <param name="callers">How many would like to call at a time.</param>
/// <param name="seed">Of the durations.</param>
internal sealed class QueueingServer(ILimitModel model, int callers, int seed = 1)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private readonly Random _random = new(seed);
    private readonly PriorityQueue<Action, (TimeSpan At, long Number)> _events = new();
    private readonly Queue<TimeSpan> _line = new(); // when those who wait at the callee came
    private long _number;
    private TimeSpan _now;
    private int _ready = callers;
    private int _inFlight;
    private int _inService;

    /// <summary>How many calls are worked on at a time.</summary>
    public int Capacity { get; set; } = 40;

    /// <summary>How many may wait; further ones are refused at once.</summary>
    public int Line { get; set; } = int.MaxValue;

    /// <summary>The mean time that a call is worked on.</summary>
    public double Seconds { get; set; } = 1;

    /// <summary>How much that varies: the standard deviation of its logarithm.</summary>
    public double Spread { get; set; } = 0.5;

    /// <summary>The share of calls that end with overload whatever their number.</summary>
    public double Trouble { get; set; }

    /// <summary>The most that ran at a time beyond the limit that held when the last of them began; 0 or less.</summary>
    public int Excess { get; private set; } = int.MinValue;

    /// <summary>Lets time pass. Returns what came of it.</summary>
    public Measured Run(TimeSpan length)
    {
        var (end, measured) = (_now + length, new Measured { Length = length });
        _measured = measured;
        Begin();
        while (_events.TryPeek(out var next, out var due) && due.At <= end)
        {
            _events.Dequeue();
            measured.LimitSeconds += model.Limit * (due.At - _now).TotalSeconds;
            _now = due.At;
            next();
            Begin();
        }

        measured.LimitSeconds += model.Limit * (end - _now).TotalSeconds;
        _now = end;
        measured.LimitAtEnd = model.Limit;
        return measured;
    }

    private Measured _measured = new();

    private void Begin()
    {
        while (_ready > 0 && _inFlight < model.Limit)
        {
            _ready--;
            _inFlight++;
            Excess = Math.Max(Excess, _inFlight - model.Limit);
            var begin = _now;
            if (_inService < Capacity) Serve(begin);
            else if (_line.Count < Line) _line.Enqueue(begin);
            else After(TimeSpan.FromMilliseconds(20), () => End(begin, isRefused: true));
        }
    }

    private void Serve(TimeSpan begin)
    {
        _inService++;
        var normal = Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());
        After(TimeSpan.FromSeconds(Seconds * Math.Exp((Spread * normal) - (Spread * Spread / 2))), () =>
        {
            _inService--;
            while (_inService < Capacity && _line.TryDequeue(out var waiting)) Serve(waiting);
            End(begin, isRefused: Trouble > 0 && _random.NextDouble() < Trouble);
        });
    }

    private void End(TimeSpan begin, bool isRefused)
    {
        var inFlight = _inFlight--;
        if (isRefused) After(Pause, () => _ready++);
        else _ready++;
        if (isRefused) _measured.Refused++;
        else _measured.Durations.Add((_now - begin).TotalSeconds);
        model.Ended(_now - begin, isRefused, inFlight, _now);
    }

    private void After(TimeSpan time, Action action) => _events.Enqueue(action, (_now + time, _number++));
}

/// <summary>What came of a time under load.</summary>
internal sealed class Measured
{
    public TimeSpan Length { get; init; }

    public List<double> Durations { get; } = [];

    public int Refused { get; set; }

    public double LimitSeconds { get; set; }

    public int LimitAtEnd { get; set; }

    public double Limit => LimitSeconds / Length.TotalSeconds;

    public double PerSecond => Durations.Count / Length.TotalSeconds;

    public double Latency => Durations.Average();

    public double RefusedShare => (double)Refused / (Refused + Durations.Count);

    public override string ToString() => FormattableString.Invariant(
        $"limit {Limit:0.0} ({LimitAtEnd}), {PerSecond:0.0}/s, latency {Latency:0.00} s, refused {Refused} ({RefusedShare:P1})");
}
