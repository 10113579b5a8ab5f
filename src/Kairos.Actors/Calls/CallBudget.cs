using System.Globalization;
using Kairos.Calls;

namespace Kairos;

/// <summary>
/// What one turn of an agent may spend on calls: attempts, time, tokens and money. All guarded calls made while it is open, at any depth and on any thread
/// that the turn's flow reaches, share it, so that retries inside retries cannot multiply. Thread-safe.
/// </summary>
/// <example><code>using var turn = CallBudget.Begin(new CallLimits { Attempts = 20, Time = TimeSpan.FromMinutes(2), OutputTokens = 50_000 });</code></example>
public sealed class CallBudget : IDisposable
{
    private static readonly AsyncLocal<CallBudget?> Ambient = new();

    // Whether any budget was ever opened in this process: spares everybody else the look into the flow's context.
    private static volatile bool _isUsed;

    private readonly CallBudget? _outer;
    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly Lock _lock = new();
    private BudgetUse _used;
    private volatile bool _isEnded;

    private CallBudget(CallLimits limits, TimeProvider time)
    {
        Limits = limits;
        _time = time;
        _start = time.GetTimestamp();
        _outer = Current;
    }

    /// <summary>The budget of the current flow, or null. An ended budget limits nothing, not even calls begun under it.</summary>
    public static CallBudget? Current => _isUsed ? Find() : null; // small enough to be inlined into every call

    /// <summary>What it began with.</summary>
    public CallLimits Limits { get; }

    /// <summary>What has been spent of it.</summary>
    public BudgetUse Used
    {
        get
        {
            lock (_lock) return _used;
        }
    }

    /// <summary>Attempts that are left, here and in all budgets around: never negative; null where nothing limits them.</summary>
    public int? AttemptsLeft => Least(Left(Limits.Attempts, Used.Attempts), _outer?.AttemptsLeft);

    /// <summary>Tokens of input that are left, here and in all budgets around: never negative; null where nothing limits them.</summary>
    public long? InputTokensLeft => Least(Left(Limits.InputTokens, Used.InputTokens), _outer?.InputTokensLeft);

    /// <summary>Tokens of output that are left, here and in all budgets around: never negative; null where nothing limits them.</summary>
    public long? OutputTokensLeft => Least(Left(Limits.OutputTokens, Used.OutputTokens), _outer?.OutputTokensLeft);

    /// <summary>Money that is left, here and in all budgets around, in the currency of <c>kairos.prices</c>: never negative; null where nothing limits it.</summary>
    public decimal? CostLeft => Least(Left(Limits.Cost, Used.Cost), _outer?.CostLeft);

    /// <summary>Time that is left, here and in all budgets around; <see cref="Timeout.InfiniteTimeSpan"/> where nothing limits it, zero when it has passed.</summary>
    public TimeSpan TimeLeft => LeastTimeLeft.Left;

    /// <summary>Opens a budget for the current flow. One that is opened inside another spends from both.</summary>
    /// <param name="limits">What may be spent.</param>
    /// <param name="time">Where time comes from; default the system's clock.</param>
    public static CallBudget Begin(CallLimits limits, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(limits);
        var budget = new CallBudget(limits, time ?? TimeProvider.System);
        _isUsed = true;
        Ambient.Value = budget;
        return budget;
    }

    /// <summary>Opens a budget of attempts and time for the current flow.</summary>
    /// <param name="attempts">Attempts in all, at least 1.</param>
    /// <param name="deadline">Time in all, more than zero; null or infinite means no limit.</param>
    /// <param name="time">Where time comes from; default the system's clock.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of range.</exception>
    public static CallBudget Begin(int attempts, TimeSpan? deadline = null, TimeProvider? time = null) =>
        Begin(new CallLimits { Attempts = attempts, Time = deadline ?? Timeout.InfiniteTimeSpan }, time);

    /// <summary>Ends the turn: the flow goes back to the budget around this one, and what still runs in the turn is bound by that one alone.</summary>
    public void Dispose()
    {
        _isEnded = true;
        if (ReferenceEquals(Ambient.Value, this)) Ambient.Value = _outer;
    }

    /// <summary>
    /// Spends what a call has used, here and in all budgets around. Guarded models do so by themselves; this is for calls that nobody else counts.
    /// It may go beyond the limit: what is used is used.
    /// </summary>
    /// <param name="inputTokens">Tokens of input, at least 0.</param>
    /// <param name="outputTokens">Tokens of output, at least 0.</param>
    /// <param name="cost">Money, at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is negative.</exception>
    public void Spend(long inputTokens, long outputTokens, decimal cost = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(inputTokens);
        ArgumentOutOfRangeException.ThrowIfNegative(outputTokens);
        ArgumentOutOfRangeException.ThrowIfNegative(cost);
        for (var budget = this; budget is not null; budget = budget._outer)
        {
            lock (budget._lock) budget._used = budget._used.Plus(inputTokens, outputTokens, cost);
        }
    }

    /// <summary>Binds the current flow again: each element of a stream is asked for in a flow of its own.</summary>
    internal void Resume() => Ambient.Value = this;

    /// <summary>Whether it, or one around it, limits tokens or money.</summary>
    internal bool LimitsTokens => (!_isEnded && Limits.CountsTokens) || _outer?.LimitsTokens == true;

    /// <summary>Whether it, or one around it, limits money.</summary>
    internal bool LimitsCost => (!_isEnded && Limits.Cost is not null) || _outer?.LimitsCost == true;

    /// <summary>Whether an answer of so many tokens is to be ended before its time.</summary>
    /// <param name="outputTokens">The tokens of output that have come.</param>
    internal bool EndsAnswerAt(long outputTokens) =>
        (!_isEnded && Limits is { EndsAnswers: true, OutputTokens: { } most } && Used.OutputTokens + outputTokens > most)
        || _outer?.EndsAnswerAt(outputTokens) == true;

    /// <summary>That an answer was ended because it has used up the budget's tokens of output.</summary>
    internal static CallRejectedException Exceeded(string component) => new(component, new SpentLimit(BudgetLimit.OutputTokens, "the answer was ended in the middle"));

    /// <summary>Spends one attempt, here and in all budgets around. Spends nothing where one of them has nothing left, and says what that is; null where it was spent.</summary>
    internal SpentLimit? TryTake()
    {
        if (_isEnded) return _outer?.TryTake();
        lock (_lock)
        {
            if (SpentLimit.Of(Limits, _used, OwnTimeLeft) is { } spent) return spent;
            _used = _used with { Attempts = _used.Attempts + 1 };
        }

        if (_outer?.TryTake() is not { } around) return null;
        lock (_lock) _used = _used with { Attempts = _used.Attempts - 1 };
        return around;
    }

    /// <summary>The least time that this and all budgets around have left.</summary>
    internal TimeLimit LeastTimeLeft
    {
        get
        {
            var own = _isEnded ? TimeLimit.Of(Timeout.InfiniteTimeSpan, TimeLimit.Budget) : new TimeLimit(OwnTimeLeft, Limits.Time, TimeLimit.Budget);
            return _outer is null ? own : own.OrShorter(_outer.LeastTimeLeft);
        }
    }

    private static CallBudget? Find()
    {
        var budget = Ambient.Value;
        while (budget is { _isEnded: true }) budget = budget._outer;
        return budget;
    }

    private TimeSpan OwnTimeLeft
    {
        get
        {
            if (Limits.Time == Timeout.InfiniteTimeSpan) return Limits.Time;
            var left = Limits.Time - _time.GetElapsedTime(_start);
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    private T? Left<T>(T? limit, T used) where T : struct, System.Numerics.INumber<T> => _isEnded || limit is not { } most ? null : T.Max(T.Zero, most - used);

    private static T? Least<T>(T? one, T? other) where T : struct, IComparable<T> =>
        one is { } first && other is { } second ? first.CompareTo(second) < 0 ? first : second : one ?? other;
}

/// <summary>What was spent of a budget. A value.</summary>
/// <param name="Attempts">Attempts of guarded calls.</param>
/// <param name="InputTokens">Tokens of input, as the answers reported them.</param>
/// <param name="OutputTokens">Tokens of output, as the answers reported them.</param>
/// <param name="Cost">Money, in the currency of <c>kairos.prices</c>.</param>
public readonly record struct BudgetUse(int Attempts, long InputTokens, long OutputTokens, decimal Cost)
{
    internal BudgetUse Plus(long inputTokens, long outputTokens, decimal cost) =>
        new(Attempts, InputTokens + inputTokens, OutputTokens + outputTokens, Cost + cost);
}

/// <summary>A limit of a budget of which nothing is left. Immutable.</summary>
/// <param name="Limit">Which one.</param>
/// <param name="Used">How much was used, and of how much, for people.</param>
internal sealed record SpentLimit(BudgetLimit Limit, string Used)
{
    /// <summary>The first limit of which nothing is left; null where something is left of each.</summary>
    public static SpentLimit? Of(CallLimits limits, in BudgetUse used, TimeSpan timeLeft) =>
        Of(BudgetLimit.Attempts, limits.Attempts, used.Attempts, "attempts ")
        ?? (timeLeft == TimeSpan.Zero ? new SpentLimit(BudgetLimit.Time, Write($"its {limits.Time.TotalSeconds:0.###} s have passed")) : null)
        ?? Of(BudgetLimit.InputTokens, limits.InputTokens, used.InputTokens, "tokens of input ")
        ?? Of(BudgetLimit.OutputTokens, limits.OutputTokens, used.OutputTokens, "tokens of output ")
        ?? Of(BudgetLimit.Cost, limits.Cost, used.Cost, "");

    private static SpentLimit? Of<T>(BudgetLimit limit, T? most, T used, string what) where T : struct, IComparable<T> =>
        most is { } known && used.CompareTo(known) >= 0 ? new SpentLimit(limit, Write($"{used} of {known} {what}used")) : null;

    private static string Write(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
