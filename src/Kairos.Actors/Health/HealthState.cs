namespace Kairos.Health;

/// <summary>One change of a component's health. Immutable.</summary>
/// <param name="From">The status before.</param>
/// <param name="To">The status after.</param>
/// <param name="At">When, as monotonic time since the clock's start. For an improvement: when it had held long enough.</param>
public sealed record HealthChange(HealthStatus From, HealthStatus To, TimeSpan At);

/// <summary>The health that is shown, and since when it could have been better. A value.</summary>
/// <param name="Status">What is shown.</param>
/// <param name="DegradedSince">Since when it has been degraded or better without a break; null while it is unhealthy.</param>
/// <param name="HealthySince">Since when it has been healthy without a break; null while it is not.</param>
internal readonly record struct HealthState(HealthStatus Status, TimeSpan? DegradedSince, TimeSpan? HealthySince)
{
    public static HealthState Initial(TimeSpan now) => new(HealthStatus.Healthy, now, now);

    /// <summary>Whether what is shown is all that could be, so that the same judgement once more changes nothing.</summary>
    public bool IsSteady => (DegradedSince is not null) == (Status >= HealthStatus.Degraded) && (HealthySince is not null) == (Status >= HealthStatus.Healthy);

    /// <summary>When an improvement will have held long enough; null when there is none to wait for.</summary>
    public TimeSpan? NextDeadline(HealthPolicy policy)
    {
        var healthy = Status < HealthStatus.Healthy ? HealthySince + policy.Hold : null;
        var degraded = Status < HealthStatus.Degraded ? DegradedSince + policy.Hold : null;
        return degraded is null || healthy <= degraded ? healthy : degraded;
    }
}
