using Kairos.Configuration;
using Kairos.Errors;
using Kairos.Telemetry;
using Kairos.Telemetry.Configuration;

namespace Kairos.Host.Configuration;

/// <summary>
/// Puts the settings together, strongest first: <c>OTEL_SDK_DISABLED</c>; Kairos' variables; the file; OpenTelemetry's variables; defaults.
/// All problems are found at once.
/// </summary>
internal sealed class SettingsLoader
{
    private const string ServiceName = "kairos";

    private readonly Func<string, string?> _variable;
    private readonly List<SettingProblem> _problems = [];
    private readonly Dictionary<string, string> _origins = new(StringComparer.Ordinal);

    private SettingsLoader(Func<string, string?> variable) => _variable = variable;

    /// <summary>Reads everything, or throws with all that is wrong.</summary>
    /// <param name="configPath">The file that was asked for, or null for the default one.</param>
    /// <param name="variables">The environment: names and values.</param>
    /// <exception cref="SettingsException">Something is wrong.</exception>
    public static EffectiveSettings Load(string? configPath, IReadOnlyDictionary<string, string> variables)
    {
        var loader = new SettingsLoader(name => variables.TryGetValue(name, out var value) && value.Length > 0 ? value : null);
        return loader.Load(configPath, variables.Keys);
    }

    private EffectiveSettings Load(string? configPath, IEnumerable<string> variableNames)
    {
        var file = ConfigFile.Read(configPath, _problems);
        var leaves = HoconTree.Leaves(file.Config, SettingsReader.Section);
        foreach (var leaf in leaves.Where(leaf => leaf.Value is not null)) _origins[leaf.Key] = file.Path!;

        var telemetry = new TelemetryReader(_variable, [.. leaves.Where(TelemetryReader.IsMine)], file.Path ?? "", TelemetryOptions.Default, _problems)
            .Read(ServiceName, KairosReference.Version);
        var components = HoconTree.Leaves(file.Config.WithFallback(KairosReference.Config), SettingsReader.Section)
            .Where(leaf => !TelemetryReader.IsMine(leaf));
        var kairos = SettingsReader.Read(components, new KairosOptions(), _problems, [.. TelemetryKeys.All.Select(key => key.FullKey)]);
        if (_problems.Count > 0) throw new SettingsException(_problems);
        foreach (var (key, origin) in telemetry.Origins) _origins[key] = origin;
        return new EffectiveSettings(file.Path, telemetry, kairos, ActorConfig.Of(file.Config), _origins, [.. Warnings(file, variableNames)])
        {
            Text = file.Text,
        };
    }

    private static IEnumerable<string> Warnings(ConfigFile file, IEnumerable<string> variableNames)
    {
        if (!file.Config.IsEmpty)
        {
            foreach (var section in file.Config.Root.GetObject().Items.Keys.Where(name => name is not ("kairos" or "akka")))
                yield return $"{file.Path}: '{Redaction.OfKey(section)}' is not read; the sections that are read are kairos and akka";
        }

        var known = TelemetryKeys.All.Select(key => key.Own.Name).ToHashSet();
        foreach (var name in variableNames.Where(name => name.StartsWith("KAIROS_", StringComparison.Ordinal) && !known.Contains(name)))
            yield return $"variable {name} is not read; the nearest known one is {NearestKey.Of(name, known)}";
    }
}
