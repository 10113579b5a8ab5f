namespace Kairos.Components;

/// <summary>
/// How many calls may run at a time where nobody knows how many a component can take: additive increase, multiplicative decrease (Chiu and Jain,
/// 1989), with a start that grows faster (Jacobson, 1988). Pure functions of policy, state, input and time. A value.
/// </summary>
/// <remarks>
/// <para>Calls are judged window by window, at least as many as the limit. Only those that began within a window are of it, so that one decision shows its effect
/// before the next is made. The limit grows by one call for each window in which at least half of it was used.</para>
/// <para>An error of overload takes a tenth away, once for all calls that had begun before.</para>
/// <para>Latency that has grown beyond its baseline, by more than a quarter and by more than chance, takes away what waits: the limit is multiplied by
/// baseline / latency, the gradient of Netflix' concurrency-limits and the queue estimate of TCP Vegas (Brakmo and Peterson, 1995), and a twentieth more, so
/// that the queue drains. Latencies are compared by the means of their logarithms: a few long answers do not move these.</para>
/// <para>Each such decrease is an experiment. If calls take hardly less time after it, there was no queue: the callee is slower for another reason, or its answers
/// are longer. Then the decrease is taken back, and the latency is the baseline. If it has helped, the baseline moves towards what was measured with the
/// queue drained. Otherwise it never rises under load: it would creep up with the queue, and the limit with it.</para>
/// <para>While nobody knows what the callee can take, at the start and after an experiment that did not help, the limit grows by a quarter. Latency that grows then
/// has it halved as long as calls get faster in proportion, because then that costs no throughput; where they do not, their latencies tell the
/// capacity (Little's law).</para>
/// </remarks>
/// <param name="Limit">The limit, in fractions of a call.</param>
/// <param name="Baseline">The logarithm of the latency without a queue; not a number while nobody knows.</param>
/// <param name="IsSearching">Whether nobody knows what the callee can take.</param>
/// <param name="Trial">The decrease whose effect is to be seen; null where there is none.</param>
/// <param name="Window">The calls that are to be judged next.</param>
internal readonly record struct AdaptiveLimit(double Limit, double Baseline, bool IsSearching, LatencyTrial? Trial, LoadWindow Window)
{
    private const int LeastCalls = 10; // to judge by
    private const double FastGrowth = 1.25;
    private const double Backoff = 0.9; // for overload
    private const double MostBackoff = 0.5; // for latency
    private const double Drain = 0.95;
    private const double Tolerance = 0.22; // in logarithms: a quarter
    private const double Certainty = 3; // standard errors
    private const double Proportion = 0.75; // of a decrease, in logarithms, in the latency
    private const double Learning = 0.3;

    /// <summary>The limit in force.</summary>
    public int Value => (int)Limit;

    /// <summary>At the beginning.</summary>
    public static AdaptiveLimit Begin(AdaptivePolicy policy, TimeSpan now) =>
        new(Clamp(policy, policy.Initial), double.NaN, true, null, LoadWindow.From(now));

    /// <summary>The same under another policy.</summary>
    public AdaptiveLimit Under(AdaptivePolicy policy, TimeSpan now)
    {
        var limit = Clamp(policy, Limit);
        return limit == Limit ? this : this with { Limit = limit, Trial = null, Window = LoadWindow.From(now) };
    }

    /// <summary>An attempt has ended, with a result or with overload.</summary>
    /// <param name="policy">The bounds.</param>
    /// <param name="duration">How long it took.</param>
    /// <param name="isOverload">Whether it ended with an error of overload; otherwise it succeeded.</param>
    /// <param name="inFlight">Calls that were running, itself included.</param>
    /// <param name="now">The time.</param>
    public AdaptiveLimit Ended(AdaptivePolicy policy, TimeSpan duration, bool isOverload, int inFlight, TimeSpan now)
    {
        if (now - duration < Window.Since) return this; // it began under another limit
        if (isOverload) return Decrease(policy, Backoff) with { Trial = null, Window = LoadWindow.From(now) };
        var window = Window.With(duration, inFlight);
        return window.Calls < Math.Max(LeastCalls, Limit) ? this with { Window = window } : Judge(policy, window, LoadWindow.From(now));
    }

    private AdaptiveLimit Judge(AdaptivePolicy policy, LoadWindow window, LoadWindow next)
    {
        var now = this with { Window = next, Trial = null };
        var latency = window.Latency;
        if (double.IsNaN(Baseline)) return (now with { Baseline = latency }).Grow(policy, window);
        if (Trial is { } trial) return now.Learn(policy, trial, latency);
        var excess = latency - Baseline;
        if (!window.Uses(Limit)) return now with { Baseline = Baseline + (Learning * excess) };
        var chance = Certainty * window.StandardError;
        if (excess <= Math.Max(Tolerance, chance))
            return (excess < -chance ? now with { Baseline = Baseline + (Learning * excess) } : now).Grow(policy, window);
        return now.Try(policy, latency, IsSearching ? MostBackoff : Math.Max(MostBackoff, Drain * Math.Exp(-excess)));
    }

    /// <summary>Lowers the limit to see whether that helps. Where the floor forbids it, things are as they are.</summary>
    private AdaptiveLimit Try(AdaptivePolicy policy, double latency, double factor)
    {
        var less = Clamp(policy, Limit * factor);
        return less < Limit ? this with { Limit = less, Trial = new LatencyTrial(Limit, latency) } : this with { Baseline = latency, IsSearching = false };
    }

    private AdaptiveLimit Learn(AdaptivePolicy policy, LatencyTrial trial, double latency)
    {
        var fallen = trial.Latency - latency;
        var learned = this with { Baseline = latency };
        if (IsSearching)
            return fallen >= Proportion * Math.Log(trial.Limit / Limit)
                ? learned.Try(policy, latency, MostBackoff)
                : learned with { IsSearching = false, Limit = Clamp(policy, trial.Limit * Math.Exp(-Math.Max(0, fallen))) };
        return fallen >= (trial.Latency - Baseline) / 2
            ? this with { Baseline = Baseline + (Learning * (latency - Baseline)) }
            : learned with { Limit = Clamp(policy, Math.Max(Limit, trial.Limit)), IsSearching = true };
    }

    private AdaptiveLimit Grow(AdaptivePolicy policy, LoadWindow window) =>
        window.Uses(Limit) ? this with { Limit = Clamp(policy, IsSearching ? Limit * FastGrowth : Limit + 1) } : this;

    private AdaptiveLimit Decrease(AdaptivePolicy policy, double factor) => this with { Limit = Clamp(policy, Limit * factor), IsSearching = false };

    private static double Clamp(AdaptivePolicy policy, double limit) => Math.Clamp(limit, policy.Floor, Math.Max(policy.Floor, policy.Ceiling));
}

/// <summary>A decrease for latency. A value.</summary>
/// <param name="Limit">The limit before.</param>
/// <param name="Latency">The logarithm of the latency before.</param>
internal readonly record struct LatencyTrial(double Limit, double Latency);

/// <summary>Attempts that began and succeeded under one limit. A value.</summary>
/// <param name="Since">When the first of them could begin.</param>
/// <param name="Calls">How many.</param>
/// <param name="Sum">Of the logarithms of their durations in milliseconds.</param>
/// <param name="Squares">Of the squares of these.</param>
/// <param name="MostInFlight">The most that ran at a time.</param>
internal readonly record struct LoadWindow(TimeSpan Since, int Calls, double Sum, double Squares, int MostInFlight)
{
    private static readonly TimeSpan Grain = TimeSpan.FromMilliseconds(0.1); // what takes less is not told apart

    public static LoadWindow From(TimeSpan now) => new(now, 0, 0, 0, 0);

    /// <summary>The logarithm of the geometric mean of the durations.</summary>
    public double Latency => Sum / Calls;

    /// <summary>How far <see cref="Latency"/> may be off by chance.</summary>
    public double StandardError => Math.Sqrt(Math.Max(0, (Squares / Calls) - (Latency * Latency)) / Math.Max(1, Calls - 1));

    /// <summary>Whether a limit was used: at least half of it.</summary>
    public bool Uses(double limit) => MostInFlight * 2 >= limit;

    public LoadWindow With(TimeSpan duration, int inFlight)
    {
        var logarithm = Math.Log((duration > Grain ? duration : Grain).TotalMilliseconds);
        return new(Since, Calls + 1, Sum + logarithm, Squares + (logarithm * logarithm), Math.Max(MostInFlight, inFlight));
    }
}
