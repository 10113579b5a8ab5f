namespace Kairos;

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
