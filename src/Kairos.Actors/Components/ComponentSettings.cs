using System.Threading.RateLimiting;
using Kairos.Components;

namespace Kairos;

/// <summary>
/// Everything that can be set for one component. Immutable and thread-safe; change it with <c>with</c>. Defaults are those of
/// <c>kairos.defaults</c> in <c>reference.conf</c>.
/// </summary>
public sealed record ComponentSettings
{
    /// <summary>The settings of <c>reference.conf</c>.</summary>
    public static readonly ComponentSettings Default = new();

    /// <summary>When the circuit opens and closes.</summary>
    public BreakerPolicy Breaker { get; init; } = new();

    /// <summary>How health is judged.</summary>
    public HealthPolicy Health { get; init; } = new();

    /// <summary>How the component's worker is brought back after a crash.</summary>
    public WorkerPolicy Worker { get; init; } = new();

    /// <summary>How guarded calls run.</summary>
    public CallPolicy Call { get; init; } = new();

    /// <summary>What strikes the component's calls on request; null for nothing.</summary>
    internal IFaultSource? Faults { get; init; }

    /// <summary>The application's own limiter, in place of <see cref="CallPolicy.Rate"/>; null where it gives none.</summary>
    internal RateLimiter? RateLimiter { get; init; }
}

/// <summary>
/// How guarded calls run. Immutable and thread-safe. Defaults and ranges are those of <c>kairos.defaults.call</c> in
/// <c>reference.conf</c>.
/// </summary>
public sealed record CallPolicy
{
    /// <summary>Time for the whole call, retries included. <see cref="Timeout.InfiniteTimeSpan"/> (default): no limit.</summary>
    public TimeSpan Deadline { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>Time for each attempt. <see cref="Timeout.InfiniteTimeSpan"/> (default): no limit.</summary>
    public TimeSpan AttemptTimeout { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>How long an attempt may last; null where nothing limits it.</summary>
    internal TimeSpan? LongestAttempt =>
        AttemptTimeout != Timeout.InfiniteTimeSpan ? AttemptTimeout : Deadline != Timeout.InfiniteTimeSpan ? Deadline : null;

    /// <summary>When and how often a failed attempt is repeated.</summary>
    public RetryPolicy Retry { get; init; } = new();

    /// <summary>Time to the first element of a stream. <see cref="Timeout.InfiniteTimeSpan"/> (default): no limit.</summary>
    public TimeSpan StreamFirstElement { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>Longest time between two elements of a stream. <see cref="Timeout.InfiniteTimeSpan"/> (default): no limit.</summary>
    public TimeSpan StreamMaxGap { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>
    /// Calls that may run at a time, 0 to 1000000. 0 (default): no limit. <see cref="AdaptiveConcurrency"/>: a limit that finds itself, within
    /// <see cref="Adaptive"/>.
    /// </summary>
    public int MaxConcurrent { get; init; }

    /// <summary>The value of <see cref="MaxConcurrent"/> for a limit that finds itself. In HOCON: <c>adaptive</c>.</summary>
    public const int AdaptiveConcurrency = -1;

    /// <summary>The bounds of the limit where <see cref="MaxConcurrent"/> is <see cref="AdaptiveConcurrency"/>; of no meaning otherwise.</summary>
    public AdaptivePolicy Adaptive { get; init; } = new();

    /// <summary>Calls that may wait for their turn when <see cref="MaxConcurrent"/> is reached; further ones are rejected. Default 0.</summary>
    public int MaxQueued { get; init; }

    /// <summary>Whether the duration of each call is told as a metric, <c>kairos.call.duration</c>. Default false: it costs each call two looks at the clock, and makes it
    /// run the longer way.</summary>
    public bool MeasureDuration { get; init; }

    /// <summary>How many requests and tokens may be used in a time.</summary>
    public RatePolicy Rate { get; init; } = new();
}

/// <summary>
/// How many requests and tokens a component may use in a time, so that its provider need not refuse. Immutable and thread-safe. Defaults and
/// ranges are those of <c>kairos.defaults.call.rate</c> in <c>reference.conf</c>.
/// </summary>
public sealed record RatePolicy
{
    /// <summary>Requests in each <see cref="Per"/>, retries included. 0 (default): no limit.</summary>
    public int Requests { get; init; }

    /// <summary>Tokens in each <see cref="Per"/>, those of input and output together. 0 (default): no limit.</summary>
    public int Tokens { get; init; }

    /// <summary>
    /// Whether the limits that the provider tells in the headers of its answers are kept as well. Default false. They are read by the guards of models and of
    /// HTTP clients, and told by <c>ComponentGuard.ReportLimits</c>.
    /// </summary>
    public bool Learn { get; init; }

    /// <summary>The time that <see cref="Requests"/> and <see cref="Tokens"/> hold for. Default 1 min.</summary>
    public TimeSpan Per { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// What was not used is saved up for this long, and may be used at once. At most <see cref="Per"/>; default 1 s. One request is saved up in
    /// any case.
    /// </summary>
    public TimeSpan Burst { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long an attempt waits for the limit at most. One that would wait longer is rejected at once. Default 10 s.</summary>
    public TimeSpan MaxWait { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Attempts that may wait at a time; further ones are rejected. Default 1000.</summary>
    public int Queue { get; init; } = 1000;
}

/// <summary>When and how often a failed attempt is repeated. Immutable and thread-safe.</summary>
public sealed record RetryPolicy
{
    /// <summary>Attempts in all, the first included. 1 means no retry. Default 3.</summary>
    public int MaxAttempts { get; init; } = 3;

    /// <summary>Wait before the first retry. Default 100 ms.</summary>
    public TimeSpan InitialDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Every further wait is this many times longer. At least 1; default 2.</summary>
    public double Multiplier { get; init; } = 2.0;

    /// <summary>No wait is longer than this, unless the callee asked for more. Default 10 s.</summary>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Random part of a wait, 0 to 1: 0.1 (default) means ± 10 %. <see cref="FullJitter"/> takes a random part of the whole wait.</summary>
    public double Jitter { get; init; } = 0.1;

    /// <summary>The value of <see cref="Jitter"/> for full jitter: a wait between nothing and the computed one. In HOCON: <c>full</c>.</summary>
    public const double FullJitter = -1;

    /// <summary>Share of a component's calls (0 to 1) that may be retries, so that an outage is not multiplied. 0 turns the limit off. Default 0.2.</summary>
    public double Budget { get; init; } = 0.2;

    /// <summary>A retry-after of up to this long is waited for; a longer one ends the call. Default 30 s.</summary>
    public TimeSpan RetryAfterMax { get; init; } = TimeSpan.FromSeconds(30);
}

/// <summary>How a component's worker is brought back when it has crashed, could not start, or has stopped. Immutable and thread-safe.</summary>
public sealed record WorkerPolicy
{
    private static readonly TimeSpan TimeToStart = TimeSpan.FromSeconds(1);

    /// <summary>Wait before the first restart; each further one in a row doubles it. 1 ms to 1 day; default 1 s.</summary>
    public TimeSpan RestartDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// No wait is longer than this. What is sent to the worker while it is down waits for it as long, and a second more for it to start.
    /// 1 ms to 1 day, at least <see cref="RestartDelay"/>; default 30 s.
    /// </summary>
    public TimeSpan RestartDelayMax { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a message waits for a worker that is down.</summary>
    internal TimeSpan LongestWait => RestartDelayMax + TimeToStart;

    /// <summary>The wait before the next start, after so many failures in a row: at least 1.</summary>
    internal TimeSpan DelayAfter(int failures)
    {
        var seconds = RestartDelay.TotalSeconds * Math.Pow(2, Math.Min(failures - 1, 30));
        return seconds < RestartDelayMax.TotalSeconds ? TimeSpan.FromSeconds(seconds) : RestartDelayMax;
    }
}
