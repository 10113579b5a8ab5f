using Kairos.Calls;

namespace Kairos;

/// <summary>
/// What one turn of an agent may spend on calls: attempts, and time. All guarded calls made while it is open, at any depth and on any thread
/// that the turn's flow reaches, share it, so that retries inside retries cannot multiply. Thread-safe.
/// </summary>
/// <example><code>using var turn = CallBudget.Begin(attempts: 20, TimeSpan.FromMinutes(2));</code></example>
public sealed class CallBudget : IDisposable
{
    private static readonly AsyncLocal<CallBudget?> Ambient = new();

    // Whether any budget was ever opened in this process: spares everybody else the look into the flow's context.
    private static volatile bool _isUsed;

    private readonly CallBudget? _outer;
    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly TimeSpan _limit;
    private int _attempts;
    private volatile bool _isEnded;

    private CallBudget(int attempts, TimeSpan limit, TimeProvider time)
    {
        _attempts = attempts;
        _limit = limit;
        _time = time;
        _start = time.GetTimestamp();
        _outer = Current;
    }

    /// <summary>The budget of the current flow, or null. An ended budget limits nothing, not even calls begun under it.</summary>
    public static CallBudget? Current
    {
        get
        {
            var budget = _isUsed ? Ambient.Value : null;
            while (budget is { _isEnded: true }) budget = budget._outer;
            return budget;
        }
    }

    /// <summary>Attempts that are left, never negative.</summary>
    public int AttemptsLeft => Math.Max(0, Volatile.Read(ref _attempts));

    /// <summary>Time that is left; <see cref="Timeout.InfiniteTimeSpan"/> where the turn has no deadline, zero when it has passed.</summary>
    public TimeSpan TimeLeft
    {
        get
        {
            if (_limit == Timeout.InfiniteTimeSpan) return _limit;
            var left = _limit - _time.GetElapsedTime(_start);
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    /// <summary>Opens a budget for the current flow. One that is opened inside another spends from both.</summary>
    /// <param name="attempts">Attempts in all, at least 1.</param>
    /// <param name="deadline">Time in all, more than zero; null or infinite means no limit.</param>
    /// <param name="time">Where time comes from; default the system's clock.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of range.</exception>
    public static CallBudget Begin(int attempts, TimeSpan? deadline = null, TimeProvider? time = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(attempts, 1);
        var limit = deadline ?? Timeout.InfiniteTimeSpan;
        if (limit != Timeout.InfiniteTimeSpan) ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(limit, TimeSpan.Zero, nameof(deadline));
        var budget = new CallBudget(attempts, limit, time ?? TimeProvider.System);
        _isUsed = true;
        Ambient.Value = budget;
        return budget;
    }

    /// <summary>Ends the turn: the flow goes back to the budget around this one, and what still runs in the turn is bound by that one alone.</summary>
    public void Dispose()
    {
        _isEnded = true;
        if (ReferenceEquals(Ambient.Value, this)) Ambient.Value = _outer;
    }

    /// <summary>Binds the current flow again: each element of a stream is asked for in a flow of its own.</summary>
    internal void Resume() => Ambient.Value = this;

    /// <summary>Spends one attempt, here and in all budgets around; spends nothing and is false when one of them has nothing left.</summary>
    internal bool TryTake()
    {
        if (_isEnded) return _outer?.TryTake() != false;
        if (TimeLeft == TimeSpan.Zero) return false;
        if (Interlocked.Decrement(ref _attempts) >= 0 && _outer?.TryTake() != false) return true;
        Interlocked.Increment(ref _attempts);
        return false;
    }

    /// <summary>The least time that this and all budgets around have left.</summary>
    internal TimeLimit LeastTimeLeft
    {
        get
        {
            var own = _isEnded ? TimeLimit.Of(Timeout.InfiniteTimeSpan, TimeLimit.Budget) : new TimeLimit(TimeLeft, _limit, TimeLimit.Budget);
            return _outer is null ? own : own.OrShorter(_outer.LeastTimeLeft);
        }
    }
}
