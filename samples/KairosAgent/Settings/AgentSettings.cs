using System.Collections;
using Akka.Configuration;
using Kairos;

namespace KairosAgent.Settings;

/// <summary>What the agent runs with: everything of its own read, checked, and with its origin.</summary>
/// <param name="Agent">What the agent is set up with.</param>
/// <param name="File">The file's whole configuration, of which Kairos reads its own part.</param>
/// <param name="Exporter">Where telemetry goes.</param>
/// <param name="Telemetry">What code sets of telemetry; null for nothing.</param>
/// <param name="Origins">For each full key that was set: where.</param>
/// <param name="Warnings">What is odd but stops nothing.</param>
internal sealed record AgentSettings(
    AgentOptions Agent, Config File, string Exporter, Action<KairosTelemetryOptions>? Telemetry, IReadOnlyDictionary<string, string> Origins, IReadOnlyList<string> Warnings)
{
    private static readonly string[] OfKairos = ["KAIROS_TELEMETRY_", "KAIROS_SERVICE_"];

    /// <summary>The configuration for the actor system, with the time limits where it has none.</summary>
    public Config ForActors => File.IsEmpty ? TimeLimits.Behind(File) : ActorConfig.Of(File).WithFallback(TimeLimits.Behind(File));

    /// <summary>Without what they hold: the file may have secrets.</summary>
    public override string ToString() => "the agent's settings";

    /// <summary>Reads everything, or throws with all that is wrong.</summary>
    /// <param name="configPath">The file that was asked for, or null for the default one.</param>
    /// <param name="variables">The environment: names and values.</param>
    /// <exception cref="SettingsException">Something is wrong.</exception>
    public static AgentSettings Load(string? configPath, IReadOnlyDictionary<string, string> variables)
    {
        var problems = new List<SettingProblem>();
        var origins = new Dictionary<string, string>(StringComparer.Ordinal);
        var file = ConfigFile.Read(configPath, problems);
        var agent = new AgentReader(Variable, problems, origins).Read(file.Config, file.Path ?? "");
        var (exporter, isAsked) = ExporterChoice.Read(Variable, file, problems);
        if (problems.Count > 0) throw new SettingsException(problems);
        Action<KairosTelemetryOptions>? telemetry = isAsked ? null : options => options.Exporter = TelemetryExporter.None;
        return new AgentSettings(agent, file.Config, exporter, telemetry, origins, [.. WarningsOf(variables.Keys)]);

        string? Variable(string name) => variables.TryGetValue(name, out var value) && value.Length > 0 ? value : null;
    }

    public static IReadOnlyDictionary<string, string> OfProcess() => Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
        .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "", StringComparer.Ordinal);

    private static IEnumerable<string> WarningsOf(IEnumerable<string> variables)
    {
        var known = AgentKeys.All.Select(key => key.Variable).ToHashSet(StringComparer.Ordinal);
        return variables.Where(name => name.StartsWith("KAIROS_", StringComparison.Ordinal))
            .Where(name => !known.Contains(name) && !OfKairos.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)))
            .Select(name => $"variable {name} is not read; those that are: {string.Join(", ", known)}, and what begins with {string.Join(" or ", OfKairos)}");
    }
}
