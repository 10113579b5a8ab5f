namespace Kairos.Configuration;

/// <summary>
/// The keys of a component: below <c>kairos.defaults</c>, and below <c>kairos.components.&lt;name&gt;</c> to override them. The comments that
/// users read stand in <c>reference.conf</c>; a test keeps the two together.
/// </summary>
internal static class ComponentKeys
{
    private static readonly TimeSpan Instant = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private static readonly Dictionary<string, BreakerMode> Modes = new()
    {
        ["enforce"] = BreakerMode.Enforce,
        ["observe"] = BreakerMode.Observe,
    };

    public static IReadOnlyList<Setting<ComponentSettings>> All { get; } =
    [
        Setting.Choice<ComponentSettings, BreakerMode>("breaker.mode", Modes, c => c.Breaker.Mode, (c, v) => Breaker(c, b => b with { Mode = v })),
        Int("breaker.consecutive-failures", 0, 1_000_000, c => c.Breaker.ConsecutiveFailures, (c, v) => Breaker(c, b => b with { ConsecutiveFailures = v })),
        Ratio("breaker.failure-ratio", c => c.Breaker.FailureRatio, (c, v) => Breaker(c, b => b with { FailureRatio = v })),
        Ratio("breaker.slow-call-ratio", c => c.Breaker.SlowCallRatio, (c, v) => Breaker(c, b => b with { SlowCallRatio = v })),
        Span("breaker.slow-call-after", TimeSpan.Zero, Day, c => c.Breaker.SlowCallAfter, (c, v) => Breaker(c, b => b with { SlowCallAfter = v })),
        Int("breaker.minimum-throughput", 1, 1_000_000, c => c.Breaker.MinimumThroughput, (c, v) => Breaker(c, b => b with { MinimumThroughput = v })),
        Span("breaker.window", TimeSpan.FromSeconds(1), Day, c => c.Breaker.Window, (c, v) => Breaker(c, b => b with { Window = v })),
        Span("breaker.open-duration", Instant, Day, c => c.Breaker.OpenDuration, (c, v) => Breaker(c, b => b with { OpenDuration = v })),
        Number("breaker.open-growth", 1, 100, c => c.Breaker.OpenGrowth, (c, v) => Breaker(c, b => b with { OpenGrowth = v })),
        Span("breaker.open-max", Instant, 7 * Day, c => c.Breaker.OpenMax, (c, v) => Breaker(c, b => b with { OpenMax = v })),
        Ratio("breaker.open-jitter", c => c.Breaker.OpenJitter, (c, v) => Breaker(c, b => b with { OpenJitter = v })),
        Int("breaker.half-open-calls", 1, 1000, c => c.Breaker.HalfOpenCalls, (c, v) => Breaker(c, b => b with { HalfOpenCalls = v })),
        Int("breaker.success-threshold", 1, 1_000_000, c => c.Breaker.SuccessThreshold, (c, v) => Breaker(c, b => b with { SuccessThreshold = v })),
        Span("breaker.probe-lease", Instant, Day, c => c.Breaker.ProbeLease, (c, v) => Breaker(c, b => b with { ProbeLease = v })),
        Int("health.degraded-rate", 0, 1_000_000_000, c => c.Health.DegradedRate, (c, v) => Health(c, h => h with { DegradedRate = v })),
        Span("health.hold", TimeSpan.Zero, Day, c => c.Health.Hold, (c, v) => Health(c, h => h with { Hold = v })),
        Setting.Bool<ComponentSettings>("health.opens-circuit", c => c.Health.OpensCircuit, (c, v) => Health(c, h => h with { OpensCircuit = v })),
        Span("health.probe.interval", Instant, Day, c => c.Health.ProbeInterval, (c, v) => Health(c, h => h with { ProbeInterval = v })),
        Span("health.probe.timeout", Instant, Day, c => c.Health.ProbeTimeout, (c, v) => Health(c, h => h with { ProbeTimeout = v })),
        Limit("call.deadline", c => c.Call.Deadline, (c, v) => Call(c, p => p with { Deadline = v })),
        Limit("call.attempt-timeout", c => c.Call.AttemptTimeout, (c, v) => Call(c, p => p with { AttemptTimeout = v })),
        Int("call.retry.max-attempts", 1, 100, c => c.Call.Retry.MaxAttempts, (c, v) => Retry(c, r => r with { MaxAttempts = v })),
        Span("call.retry.initial-delay", TimeSpan.Zero, Day, c => c.Call.Retry.InitialDelay, (c, v) => Retry(c, r => r with { InitialDelay = v })),
        Number("call.retry.multiplier", 1, 100, c => c.Call.Retry.Multiplier, (c, v) => Retry(c, r => r with { Multiplier = v })),
        Span("call.retry.max-delay", TimeSpan.Zero, Day, c => c.Call.Retry.MaxDelay, (c, v) => Retry(c, r => r with { MaxDelay = v })),
        Setting.NumberOr<ComponentSettings>("call.retry.jitter", 0, 1, ("full", RetryPolicy.FullJitter), c => c.Call.Retry.Jitter, (c, v) => Retry(c, r => r with { Jitter = v })),
        Ratio("call.retry.budget", c => c.Call.Retry.Budget, (c, v) => Retry(c, r => r with { Budget = v })),
        Span("call.retry.retry-after-max", TimeSpan.Zero, Day, c => c.Call.Retry.RetryAfterMax, (c, v) => Retry(c, r => r with { RetryAfterMax = v })),
        Limit("call.stream.first-element", c => c.Call.StreamFirstElement, (c, v) => Call(c, p => p with { StreamFirstElement = v })),
        Limit("call.stream.max-gap", c => c.Call.StreamMaxGap, (c, v) => Call(c, p => p with { StreamMaxGap = v })),
        Setting.IntOr<ComponentSettings>(
            "call.max-concurrent", 0, 1_000_000, ("adaptive", CallPolicy.AdaptiveConcurrency), c => c.Call.MaxConcurrent, (c, v) => Call(c, p => p with { MaxConcurrent = v })),
        Int("call.adaptive.floor", 1, 1_000_000, c => c.Call.Adaptive.Floor, (c, v) => Adaptive(c, a => a with { Floor = v })),
        Int("call.adaptive.ceiling", 1, 1_000_000, c => c.Call.Adaptive.Ceiling, (c, v) => Adaptive(c, a => a with { Ceiling = v })),
        Int("call.adaptive.initial", 1, 1_000_000, c => c.Call.Adaptive.Initial, (c, v) => Adaptive(c, a => a with { Initial = v })),
        Int("call.max-queued", 0, 1_000_000, c => c.Call.MaxQueued, (c, v) => Call(c, p => p with { MaxQueued = v })),
        Setting.Bool<ComponentSettings>("call.measure-duration", c => c.Call.MeasureDuration, (c, v) => Call(c, p => p with { MeasureDuration = v })),
        Int("call.rate.requests", 0, 1_000_000_000, c => c.Call.Rate.Requests, (c, v) => Rate(c, r => r with { Requests = v })),
        Int("call.rate.tokens", 0, 2_000_000_000, c => c.Call.Rate.Tokens, (c, v) => Rate(c, r => r with { Tokens = v })),
        Setting.Bool<ComponentSettings>("call.rate.learn", c => c.Call.Rate.Learn, (c, v) => Rate(c, r => r with { Learn = v })),
        Span("call.rate.per", TimeSpan.FromSeconds(1), Day, c => c.Call.Rate.Per, (c, v) => Rate(c, r => r with { Per = v })),
        Span("call.rate.burst", TimeSpan.Zero, Day, c => c.Call.Rate.Burst, (c, v) => Rate(c, r => r with { Burst = v })),
        Span("call.rate.max-wait", TimeSpan.Zero, Day, c => c.Call.Rate.MaxWait, (c, v) => Rate(c, r => r with { MaxWait = v })),
        Int("call.rate.queue", 0, 1_000_000, c => c.Call.Rate.Queue, (c, v) => Rate(c, r => r with { Queue = v })),
        Span("worker.restart-delay", Instant, Day, c => c.Worker.RestartDelay, (c, v) => Worker(c, w => w with { RestartDelay = v })),
        Span("worker.restart-delay-max", Instant, Day, c => c.Worker.RestartDelayMax, (c, v) => Worker(c, w => w with { RestartDelayMax = v })),
    ];

    /// <summary>What is wrong with settings that are each in range but do not go together.</summary>
    public static IEnumerable<(string Key, string Allowed)> Contradictions(ComponentSettings settings)
    {
        if (settings.Breaker.OpenMax < settings.Breaker.OpenDuration)
            yield return ("breaker.open-max", $"at least breaker.open-duration, which is {Durations.Write(settings.Breaker.OpenDuration)}");
        if (settings.Breaker.SlowCallRatio > 0 && settings.Breaker.SlowCallAfter == TimeSpan.Zero)
            yield return ("breaker.slow-call-after", "more than 0s when breaker.slow-call-ratio is set");
        if (settings.Health.ProbeTimeout > settings.Health.ProbeInterval)
            yield return ("health.probe.timeout", $"at most health.probe.interval, which is {Durations.Write(settings.Health.ProbeInterval)}");
        if (settings.Worker.RestartDelayMax < settings.Worker.RestartDelay)
            yield return ("worker.restart-delay-max", $"at least worker.restart-delay, which is {Durations.Write(settings.Worker.RestartDelay)}");
        if (settings.Call.MaxQueued > 0 && settings.Call.MaxConcurrent == 0)
            yield return ("call.max-queued", "0 while call.max-concurrent is 0");
        if (settings.Call.Adaptive.Floor > settings.Call.Adaptive.Ceiling)
            yield return ("call.adaptive.floor", $"at most call.adaptive.ceiling, which is {settings.Call.Adaptive.Ceiling}");
        if (settings.Call.Rate.Burst > settings.Call.Rate.Per)
            yield return ("call.rate.burst", $"at most call.rate.per, which is {Durations.Write(settings.Call.Rate.Per)}");
    }

    private static Setting<ComponentSettings> Int(
        string key, int min, int max, Func<ComponentSettings, int> get, Func<ComponentSettings, int, ComponentSettings> set) =>
        Setting.Int(key, min, max, get, set);

    private static Setting<ComponentSettings> Number(
        string key, double min, double max, Func<ComponentSettings, double> get, Func<ComponentSettings, double, ComponentSettings> set) =>
        Setting.Number(key, min, max, get, set);

    private static Setting<ComponentSettings> Ratio(
        string key, Func<ComponentSettings, double> get, Func<ComponentSettings, double, ComponentSettings> set) =>
        Setting.Number(key, 0, 1, get, set);

    private static Setting<ComponentSettings> Span(
        string key, TimeSpan min, TimeSpan max, Func<ComponentSettings, TimeSpan> get, Func<ComponentSettings, TimeSpan, ComponentSettings> set) =>
        Setting.Duration(key, min, max, get, set);

    private static Setting<ComponentSettings> Limit(
        string key, Func<ComponentSettings, TimeSpan> get, Func<ComponentSettings, TimeSpan, ComponentSettings> set) =>
        Setting.Duration(key, Instant, Day, get, set, infinite: true);

    private static ComponentSettings Breaker(ComponentSettings c, Func<BreakerPolicy, BreakerPolicy> change) => c with { Breaker = change(c.Breaker) };

    private static ComponentSettings Health(ComponentSettings c, Func<HealthPolicy, HealthPolicy> change) => c with { Health = change(c.Health) };

    private static ComponentSettings Call(ComponentSettings c, Func<CallPolicy, CallPolicy> change) => c with { Call = change(c.Call) };

    private static ComponentSettings Worker(ComponentSettings c, Func<WorkerPolicy, WorkerPolicy> change) => c with { Worker = change(c.Worker) };

    private static ComponentSettings Adaptive(ComponentSettings c, Func<AdaptivePolicy, AdaptivePolicy> change) =>
        Call(c, p => p with { Adaptive = change(p.Adaptive) });

    private static ComponentSettings Rate(ComponentSettings c, Func<RatePolicy, RatePolicy> change) => Call(c, p => p with { Rate = change(p.Rate) });

    private static ComponentSettings Retry(ComponentSettings c, Func<RetryPolicy, RetryPolicy> change) =>
        Call(c, p => p with { Retry = change(p.Retry) });
}
