using System.Collections;
using Kairos.Configuration;
using Kairos.Errors;
using Kairos.Telemetry.Configuration;

namespace Kairos.Host.Configuration;

/// <summary>
/// Puts the settings together, strongest first: <c>OTEL_SDK_DISABLED</c>; Kairos' variables; the file; OpenTelemetry's variables; defaults.
/// All problems are found at once.
/// </summary>
internal static class SettingsLoader
{
    private const string ServiceName = "kairos";

    /// <summary>Reads everything, or throws with all that is wrong.</summary>
    /// <param name="configPath">The file that was asked for, or null for the default one.</param>
    /// <param name="variables">The environment: names and values.</param>
    /// <exception cref="SettingsException">Something is wrong.</exception>
    public static EffectiveSettings Load(string? configPath, IReadOnlyDictionary<string, string> variables)
    {
        var findings = new Findings();
        var file = ConfigFile.Read(configPath, findings);
        var written = HoconSource.Of(file.Config, file.Path ?? "");
        var telemetry = new TelemetryReader(Variable, [written], null, findings).Read(ServiceName, KairosReference.Version);
        var kairos = SettingsReader.Read([HoconSource.Of(KairosReference.Config, "default"), written], new KairosOptions(), findings, TelemetryKeys.All);
        findings.ThrowIfAny();
        return new EffectiveSettings(file.Path, telemetry, kairos, ActorConfig.Of(file.Config), findings.Origins, [.. Warnings(file, variables.Keys)])
        {
            Text = file.Text,
        };

        string? Variable(string name) => variables.TryGetValue(name, out var value) && value.Length > 0 ? value : null;
    }

    private static IEnumerable<string> Warnings(ConfigFile file, IEnumerable<string> variableNames)
    {
        if (!file.Config.IsEmpty)
        {
            foreach (var section in file.Config.Root.GetObject().Items.Keys.Where(name => name is not ("kairos" or "akka")))
                yield return $"{file.Path}: '{Redaction.OfKey(section)}' is not read; the sections that are read are kairos and akka";
        }

        var known = TelemetryKeys.All.Select(key => TelemetryKeys.OwnOf(key).Name).ToHashSet();
        foreach (var name in variableNames.Where(name => name.StartsWith("KAIROS_", StringComparison.Ordinal) && !known.Contains(name)))
            yield return $"variable {name} is not read; the nearest known one is {NearestKey.Of(name, known)}";
    }
}

/// <summary>The environment as the settings read it.</summary>
internal static class Variables
{
    public static IReadOnlyDictionary<string, string> OfProcess() => Environment.GetEnvironmentVariables()
        .Cast<DictionaryEntry>()
        .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "", StringComparer.Ordinal);
}
