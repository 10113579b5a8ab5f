using System.Globalization;
using Kairos.Classification;
using Kairos.Configuration;

namespace Kairos;

/// <summary>
/// Faults on request: what is to go wrong with the guarded calls of a component. They strike each attempt inside its guard, before it reaches what
/// it calls, so that limits, retries, breaker and metrics take them for real. Immutable and thread-safe; two that ask for the same are equal.
/// </summary>
/// <example><code>Faults.ErrorRate(0.2, ErrorCode.RateLimit).RetryAfter(TimeSpan.FromSeconds(2)).Seed(1)</code></example>
public sealed record Faults
{
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    private Faults()
    {
    }

    /// <summary>None. Given to a component, it spares that one the faults of those above it.</summary>
    public static Faults None { get; } = new();

    internal double Rate { get; init; }

    internal ErrorCode? Code { get; init; }

    internal TimeSpan MinLatency { get; init; }

    internal TimeSpan MaxLatency { get; init; }

    internal TimeSpan? Wait { get; init; }

    internal int? Number { get; init; }

    /// <summary>A share of the attempts fails.</summary>
    /// <param name="share">Which: 0 to 1, and 1 is all.</param>
    /// <param name="code">What they fail with; null for what is usual for the component: <c>llm_error</c>, <c>memory_error</c>, <c>tool_failure</c>,
    /// else <c>internal_error</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The share or the code is none.</exception>
    public static Faults ErrorRate(double share, ErrorCode? code = null)
    {
        if (share is not (>= 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(share), share, "A share is a number from 0 to 1.");
        if (code is { } one) one.ToWireName();
        return None with { Rate = share, Code = code };
    }

    /// <summary>Each attempt is held up before all else; its time limits end that, too.</summary>
    /// <param name="latency">How long: 0 to 1 hour.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is out of range.</exception>
    public Faults Latency(TimeSpan latency) => Latency(latency, latency);

    /// <inheritdoc cref="Latency(TimeSpan)"/>
    /// <param name="min">The least: 0 to 1 hour.</param>
    /// <param name="max">The most: from the least to 1 hour. Anything between is as likely.</param>
    public Faults Latency(TimeSpan min, TimeSpan max)
    {
        Require(min, TimeSpan.Zero, nameof(min));
        Require(max, min, nameof(max));
        return this with { MinLatency = min, MaxLatency = max };
    }

    /// <summary>Those who fail are asked to wait; after a rate limit the circuit is open for as long.</summary>
    /// <param name="wait">How long: 0 to 1 hour; 0 asks for nothing.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is out of range.</exception>
    public Faults RetryAfter(TimeSpan wait)
    {
        Require(wait, TimeSpan.Zero, nameof(wait));
        return this with { Wait = wait };
    }

    /// <summary>The same attempts of a component fail each time, whatever others do meanwhile. Without one, others each time.</summary>
    public Faults Seed(int seed) => this with { Number = seed };

    /// <summary>What is asked for, as the settings write it.</summary>
    public override string ToString()
    {
        string?[] parts =
        [
            Rate > 0 ? string.Create(CultureInfo.InvariantCulture, $"error-rate {Rate}") : null,
            Rate > 0 && Code is { } code ? $"code {code.ToWireName()}" : null,
            Rate > 0 && Wait is { } wait ? $"retry-after {Durations.Write(wait)}" : null,
            MaxLatency > TimeSpan.Zero ? $"latency {WriteLatency()}" : null,
            Number is { } seed ? string.Create(CultureInfo.InvariantCulture, $"seed {seed}") : null,
        ];
        return Rate == 0 && MaxLatency == TimeSpan.Zero ? "none" : string.Join(", ", parts.Where(part => part is not null));
    }

    internal string WriteLatency() =>
        MinLatency == MaxLatency ? Durations.Write(MinLatency) : $"{Durations.Write(MinLatency)}..{Durations.Write(MaxLatency)}";

    internal KairosError ErrorOf(string component) =>
        new(Code ?? OwnErrors.CodeOf(new ClassificationContext(component)), "A fault on request.") { RetryAfter = Wait };

    private static void Require(TimeSpan value, TimeSpan min, string name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, min, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, Longest, name);
    }
}
