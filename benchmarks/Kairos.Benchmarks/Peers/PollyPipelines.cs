using Microsoft.Extensions.Logging.Abstractions;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace Kairos.Benchmarks.Peers;

/// <summary>Polly, set up to do what the guard it is compared with does.</summary>
internal static class PollyPipelines
{
    /// <summary>The name of the meter of Polly's telemetry.</summary>
    public const string Meter = "Polly";

    private static readonly TimeSpan LongOpening = TimeSpan.FromHours(1);

    /// <summary>A breaker with Polly's own defaults.</summary>
    public static ResiliencePipeline Breaker(bool telemetry) => Build(telemetry, pipeline => pipeline.AddCircuitBreaker(new CircuitBreakerStrategyOptions()));

    /// <summary>A breaker that watches failures and is never opened by them.</summary>
    public static ResiliencePipeline PatientBreaker(bool telemetry) => Build(telemetry, pipeline => pipeline.AddCircuitBreaker(
        new CircuitBreakerStrategyOptions { MinimumThroughput = int.MaxValue }));

    /// <summary>Retry around a breaker around a timeout.</summary>
    public static ResiliencePipeline Full(bool telemetry) => Build(telemetry, pipeline => pipeline
        .AddRetry(new RetryStrategyOptions
        {
            MaxRetryAttempts = 2,
            Delay = TimeSpan.FromMilliseconds(100),
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
        })
        .AddCircuitBreaker(new CircuitBreakerStrategyOptions())
        .AddTimeout(new TimeoutStrategyOptions { Timeout = TimeSpan.FromSeconds(10) }));

    /// <summary>A breaker that failures have opened, for an hour.</summary>
    public static async Task<ResiliencePipeline> OpenAsync(bool telemetry)
    {
        var pipeline = Build(telemetry, pipeline => pipeline.AddCircuitBreaker(
            new CircuitBreakerStrategyOptions { MinimumThroughput = 2, BreakDuration = LongOpening }));
        for (var i = 0; i < 2; i++)
        {
            try
            {
                await pipeline.ExecuteAsync(static ValueTask (_) => throw new HttpRequestException("down"));
            }
            catch (HttpRequestException)
            {
                // the second one opens it
            }
        }

        return pipeline;
    }

    private static ResiliencePipeline Build(bool telemetry, Action<ResiliencePipelineBuilder> add)
    {
        var builder = new ResiliencePipelineBuilder { Name = "bench", InstanceName = "llm" };
        add(builder);
        if (telemetry) builder.ConfigureTelemetry(NullLoggerFactory.Instance);
        return builder.Build();
    }
}
