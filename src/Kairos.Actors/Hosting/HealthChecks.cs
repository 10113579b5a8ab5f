using Kairos.Configuration;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using CheckStatus = Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus;

namespace Kairos.Hosting;

/// <summary>As bad as the worst of the components. Reads what they published last; no text of an error leaves by this way.</summary>
/// <param name="kairos">Whose components they are.</param>
/// <param name="roots">The chosen ones, each with what is beneath it; empty for all.</param>
internal sealed class ReadinessCheck(IKairos kairos, IReadOnlyCollection<string> roots) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(Check());

    private HealthCheckResult Check()
    {
        if (kairos is KairosInstance { IsRunning: false }) return new HealthCheckResult(CheckStatus.Unhealthy, "Kairos does not run.");
        var all = kairos.Snapshots;
        var missing = roots.Where(root => all.All(snapshot => snapshot.Component != root)).ToList();
        var chosen = all.Where(snapshot => IsChosen(snapshot.Component)).ToList();
        var names = chosen.Select(snapshot => snapshot.Component).ToHashSet(StringComparer.Ordinal);
        // A parent's health takes that of its children into account, each by its weight: they are not asked twice.
        var worst = chosen.Where(snapshot => ComponentName.ParentOf(snapshot.Component) is not { } parent || !names.Contains(parent))
            .Select(snapshot => snapshot.Health).Append(missing.Count == 0 ? ComponentHealth.Healthy : ComponentHealth.Unhealthy).Min();
        var troubled = chosen.Where(snapshot => snapshot.Health != ComponentHealth.Healthy).Select(s => $"{s.Component} is {s.Health.ToWireName()}");
        return new HealthCheckResult(
            StatusOf(worst),
            worst == ComponentHealth.Healthy ? null : string.Join(", ", missing.Select(root => Miss(root, all)).Concat(troubled)),
            data: chosen.ToDictionary(snapshot => snapshot.Component, DataOf));
    }

    /// <summary>A name that nobody has is most likely misspelt: to call that healthy would be to watch nothing.</summary>
    private static string Miss(string root, IReadOnlyList<ComponentSnapshot> all) => $"there is no component '{root}'"
        + (all.Count == 0 ? "" : $" (the nearest is '{NearestKey.Of(root, all.Select(snapshot => snapshot.Component))}')");

    private bool IsChosen(string name) => roots.Count == 0 || roots.Any(root => ComponentName.IsWithin(name, root));

    private static CheckStatus StatusOf(ComponentHealth status) => status switch
    {
        ComponentHealth.Healthy => CheckStatus.Healthy,
        ComponentHealth.Degraded => CheckStatus.Degraded,
        _ => CheckStatus.Unhealthy,
    };

    private static object DataOf(ComponentSnapshot snapshot) => new Dictionary<string, string>
    {
        ["circuit"] = snapshot.Circuit.ToWireName(),
        ["health"] = snapshot.Health.ToWireName(),
    };
}

/// <summary>Fails only when the actors are gone for good.</summary>
internal sealed class LivenessCheck(IKairos kairos) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(kairos is KairosInstance { HasTerminated: true }
            ? new HealthCheckResult(CheckStatus.Unhealthy, "The actor system has terminated.")
            : HealthCheckResult.Healthy());
}
