using Kairos.Errors;

namespace Kairos;

/// <summary>How fit a component is to be called. The numbers are those of <c>kairos.health.status</c>.</summary>
public enum ComponentHealth
{
    /// <summary><c>unhealthy</c>, 0: do not call it.</summary>
    Unhealthy = 0,

    /// <summary><c>degraded</c>, 1: it works in part, or not reliably.</summary>
    Degraded = 1,

    /// <summary><c>healthy</c>, 2: all is well.</summary>
    Healthy = 2,
}

/// <summary>The wire names of <see cref="ComponentHealth"/>. Thread-safe.</summary>
public static class HealthNames
{
    private static readonly WireNames<ComponentHealth> Names = new(
        (ComponentHealth.Unhealthy, "unhealthy"), (ComponentHealth.Degraded, "degraded"), (ComponentHealth.Healthy, "healthy"));

    /// <summary>All wire names.</summary>
    public static IReadOnlyList<string> All => Names.All;

    /// <summary>The wire name, for example <c>degraded</c>.</summary>
    public static string ToWireName(this ComponentHealth status) => Names.NameOf(status);

    /// <summary>Reads a wire name; case matters.</summary>
    public static bool TryParse(string? name, out ComponentHealth status) => Names.TryParse(name, out status);
}

/// <summary>One change of a component's health. Immutable.</summary>
/// <param name="From">The status before.</param>
/// <param name="To">The status after.</param>
/// <param name="At">When, as monotonic time since the clock's start. For an improvement: when it had held long enough.</param>
public sealed record HealthChange(ComponentHealth From, ComponentHealth To, TimeSpan At);

/// <summary>
/// How a component's health is judged. Immutable and thread-safe. Defaults and ranges are those of <c>kairos.defaults.health</c> in
/// <c>reference.conf</c>.
/// </summary>
public sealed record HealthPolicy
{
    /// <summary>Degraded from this many errors within the last 60 s. 0 turns the rule off. Default 10.</summary>
    public int DegradedRate { get; init; } = 10;

    /// <summary>Health improves only after the improvement has held for this long. Default 10 s; zero improves at once.</summary>
    public TimeSpan Hold { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether a verdict of unhealthy (told, or a health probe's) opens the circuit. Default true.</summary>
    public bool OpensCircuit { get; init; } = true;

    /// <summary>Time between two checks of the health probe. Default 30 s.</summary>
    public TimeSpan ProbeInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A health probe that has not answered after this long has failed. Default 5 s.</summary>
    public TimeSpan ProbeTimeout { get; init; } = TimeSpan.FromSeconds(5);
}
