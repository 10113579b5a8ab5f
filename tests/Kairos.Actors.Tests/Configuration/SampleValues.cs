namespace Kairos.Tests.Configuration;

/// <summary>For every key a value that is allowed and is not its default.</summary>
internal static class SampleValues
{
    public static string For(string key) => key switch
    {
        "breaker.mode" => "observe",
        "health.opens-circuit" => "false",
        "call.rate.learn" or "call.measure-duration" => "true",
        "breaker.failure-ratio" or "breaker.slow-call-ratio" or "breaker.open-jitter" or "call.retry.jitter" or "call.retry.budget" => "0.75",
        "breaker.open-growth" or "call.retry.multiplier" => "3.5",
        "breaker.consecutive-failures" or "breaker.minimum-throughput" or "breaker.half-open-calls" or "breaker.success-threshold"
            or "health.degraded-rate" or "call.retry.max-attempts" or "call.max-concurrent" or "call.adaptive.floor" or "call.adaptive.ceiling" or "call.adaptive.initial" or "call.max-queued"
            or "call.rate.requests" or "call.rate.tokens" or "call.rate.queue" => "42",
        _ => "7m",
    };
}
