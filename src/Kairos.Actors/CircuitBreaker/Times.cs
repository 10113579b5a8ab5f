namespace Kairos.CircuitBreaker;

/// <summary>Moments and durations, compared.</summary>
internal static class Times
{
    /// <summary>The later of two moments, the longer of two durations.</summary>
    public static TimeSpan Later(TimeSpan one, TimeSpan other) => TimeSpan.FromTicks(Math.Max(one.Ticks, other.Ticks));

    /// <summary>The earlier of two moments; null is never.</summary>
    public static TimeSpan? Earlier(TimeSpan? one, TimeSpan? other) =>
        one is { } a && other is { } b ? TimeSpan.FromTicks(Math.Min(a.Ticks, b.Ticks)) : one ?? other;
}
