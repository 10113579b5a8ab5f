using Kairos;
using Kairos.Hosting;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>The health of components as that of the application.</summary>
public static class KairosHealthCheckExtensions
{
    /// <summary>The tag of the check that says whether work may be sent here.</summary>
    public const string ReadyTag = "ready";

    /// <summary>The tag of the check that says whether the process is of any use.</summary>
    public const string LiveTag = "live";

    /// <summary>
    /// Adds two checks. <c>kairos.ready</c> (tag <see cref="ReadyTag"/>) is as bad as the worst of the components, and tells of each its circuit
    /// and its health; it is unhealthy, too, while Kairos does not run, or while no component has a name that was chosen. A sub-component counts
    /// through its parent, which it makes degraded at most, unless it is chosen without its parent. <c>kairos.live</c> (tag
    /// <see cref="LiveTag"/>) fails only when the actor system has terminated: never because a dependency is down, since a restart of the process
    /// would not mend that.
    /// </summary>
    /// <param name="builder">The builder of the application's checks; those of Akka.Hosting go beside these.</param>
    /// <param name="components">The components that readiness depends on, each with what is beneath it. Default: all. One that is
    /// created by its first use only does not exist before that: name it in the settings, so that it exists from the start.</param>
    /// <exception cref="ArgumentException">A name is not that of a component.</exception>
    public static IHealthChecksBuilder AddKairos(this IHealthChecksBuilder builder, params string[] components)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(components);
        foreach (var name in components) ComponentName.Require(name);
        return builder
            .Add(new HealthCheckRegistration(
                "kairos.ready", services => new ReadinessCheck(SetupMistakes.RequiredOf(services), components), null, [ReadyTag]))
            .Add(new HealthCheckRegistration(
                "kairos.live", services => new LivenessCheck(SetupMistakes.RequiredOf(services)), null, [LiveTag]));
    }
}
