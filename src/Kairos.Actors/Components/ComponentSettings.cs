using Kairos.Breaking;
using Kairos.Health;

namespace Kairos.Components;

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
}
