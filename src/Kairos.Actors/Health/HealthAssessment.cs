using Kairos.CircuitBreaker;

namespace Kairos.Health;

/// <summary>What a component's health is judged from. A value.</summary>
/// <param name="Circuit">The state of its circuit.</param>
/// <param name="ErrorsPerMinute">Errors within the last 60 s.</param>
/// <param name="Reported">What the health probe, or somebody else, reported last; healthy where there is none.</param>
/// <param name="WorkerIsDown">Whether the component's worker crashed, stopped or could not start, and is not back yet.</param>
/// <param name="ChildAils">Whether any of its sub-components is not healthy.</param>
internal readonly record struct HealthEvidence(
    CircuitStatus Circuit, long ErrorsPerMinute, ComponentHealth Reported, bool WorkerIsDown, bool ChildAils);

/// <summary>The rules of health: pure functions. It worsens at once and improves only after it has held for a while.</summary>
internal static class HealthAssessment
{
    /// <summary>
    /// The worst of: the breaker (open is unhealthy, half-open degraded), the error rate, the verdict, the worker (unhealthy while it is down),
    /// and any child that is not healthy (degraded, however bad the child).
    /// </summary>
    public static ComponentHealth Judge(HealthPolicy policy, in HealthEvidence evidence)
    {
        if (evidence.Circuit == CircuitStatus.Open || evidence.Reported == ComponentHealth.Unhealthy || evidence.WorkerIsDown) return ComponentHealth.Unhealthy;
        var degraded = evidence.Circuit == CircuitStatus.HalfOpen
            || evidence.Reported == ComponentHealth.Degraded
            || IsErrorRateHigh(policy, evidence.ErrorsPerMinute)
            || evidence.ChildAils;
        return degraded ? ComponentHealth.Degraded : ComponentHealth.Healthy;
    }

    /// <summary>Whether so many errors a minute alone make a component degraded.</summary>
    public static bool IsErrorRateHigh(HealthPolicy policy, long errorsPerMinute) =>
        policy.DegradedRate > 0 && errorsPerMinute >= policy.DegradedRate;

    /// <summary>What is shown once a judgement has been made at a moment.</summary>
    public static HealthState Apply(HealthPolicy policy, HealthState state, ComponentHealth judged, TimeSpan now)
    {
        if (judged == state.Status && state.IsSteady) return state;
        var degradedSince = judged >= ComponentHealth.Degraded ? state.DegradedSince ?? now : (TimeSpan?)null;
        var healthySince = judged >= ComponentHealth.Healthy ? state.HealthySince ?? now : (TimeSpan?)null;
        var held = healthySince + policy.Hold <= now ? ComponentHealth.Healthy
            : degradedSince + policy.Hold <= now ? ComponentHealth.Degraded
            : ComponentHealth.Unhealthy;
        return new HealthState(Worse(judged, Better(held, state.Status)), degradedSince, healthySince);
    }

    private static ComponentHealth Worse(ComponentHealth one, ComponentHealth other) => (ComponentHealth)Math.Min((int)one, (int)other);

    private static ComponentHealth Better(ComponentHealth one, ComponentHealth other) => (ComponentHealth)Math.Max((int)one, (int)other);
}

/// <summary>The health that is shown, and since when it could have been better. A value.</summary>
/// <param name="Status">What is shown.</param>
/// <param name="DegradedSince">Since when it has been degraded or better without a break; null while it is unhealthy.</param>
/// <param name="HealthySince">Since when it has been healthy without a break; null while it is not.</param>
internal readonly record struct HealthState(ComponentHealth Status, TimeSpan? DegradedSince, TimeSpan? HealthySince)
{
    public static HealthState Initial(TimeSpan now) => new(ComponentHealth.Healthy, now, now);

    /// <summary>Whether what is shown is all that could be, so that the same judgement once more changes nothing.</summary>
    public bool IsSteady => (DegradedSince is not null) == (Status >= ComponentHealth.Degraded) && (HealthySince is not null) == (Status >= ComponentHealth.Healthy);

    /// <summary>When an improvement will have held long enough; null when there is none to wait for.</summary>
    public TimeSpan? NextDeadline(HealthPolicy policy)
    {
        var healthy = Status < ComponentHealth.Healthy ? HealthySince + policy.Hold : null;
        var degraded = Status < ComponentHealth.Degraded ? DegradedSince + policy.Hold : null;
        return Times.Earlier(healthy, degraded);
    }
}
