using Kairos.Hosting;
using Kairos.Hosting.Settings;

namespace Kairos.Host.Configuration;

/// <summary>
/// Puts the settings together, strongest first: <c>OTEL_SDK_DISABLED</c>; Kairos' variables; the file; OpenTelemetry's variables; defaults.
/// All problems are found at once.
/// </summary>
internal sealed class SettingsLoader
{
    private const string OfVariable = "variable ";
    private static readonly string[] HostSections = ["telemetry", "service"];

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

        var host = ReadHost([.. leaves.Where(IsHosts)], file.Path);
        var components = HoconTree.Leaves(file.Config.WithFallback(KairosReference.Config), SettingsReader.Section).Where(leaf => !IsHosts(leaf));
        var kairos = SettingsReader.Read(components, new KairosOptions(), _problems, HostKeys.All.Select(key => key.FullKey));
        if (_problems.Count > 0) throw new SettingsException(_problems);
        return new EffectiveSettings(file.Path, host, kairos, file.Config, _origins, [.. Warnings(file, variableNames)]);
    }

    private HostSettings ReadHost(IReadOnlyList<HoconLeaf> leaves, string? path)
    {
        ReportUnknown(leaves);
        var host = new HostSettings();
        foreach (var key in HostKeys.All) host = Read(key, leaves, path)(host);
        if (_problems.Count == 0 && OtlpEndpoint.Contradiction(host) is { } contradiction)
            _problems.Add(contradiction with { Key = NameOf(contradiction.Key) });
        return ReadSdkDisabled() ? host with { Exporter = ExporterKind.None } : host;
    }

    /// <summary>The change that the strongest place where a key is set makes; wrong values in weaker places are found all the same.</summary>
    private Func<HostSettings, HostSettings> Read(HostKey key, IReadOnlyList<HoconLeaf> leaves, string? path)
    {
        var leaf = leaves.FirstOrDefault(leaf => leaf.Key == key.FullKey);
        var candidates = new List<(string Origin, string Name, string Written, string? Text)>();
        void AddVariable(Variable? variable)
        {
            if (variable is not null && _variable(variable.Name) is { } value)
                candidates.Add((OfVariable + variable.Name, variable.Name, value, variable.ToText(value)));
        }

        AddVariable(key.Own);
        if (leaf.Path is not null) candidates.Add((path!, leaf.Key, leaf.Value ?? "{}", leaf.IsList ? null : leaf.Value));
        foreach (var variable in key.Standard) AddVariable(variable);

        Func<HostSettings, HostSettings>? strongest = null;
        foreach (var (origin, name, written, text) in candidates)
        {
            var change = text is null ? null : key.Setting.Read(text.Trim());
            if (change is null)
                _problems.Add(new SettingProblem(name, key.Printable(written), $"allowed is {Allowed(key, name)}"));
            else if (strongest is null)
                (strongest, _origins[key.FullKey]) = (change, origin);
        }

        return strongest ?? (settings => settings);
    }

    /// <summary>What is allowed, in the terms of the place: variables hold plain numbers where the key holds a duration.</summary>
    private static string Allowed(HostKey key, string name) =>
        name.EndsWith("_SECONDS", StringComparison.Ordinal) ? "a number of seconds from 0.001 to 86400"
        : name.StartsWith("OTEL_", StringComparison.Ordinal) && key.Setting.Allowed.StartsWith("a duration", StringComparison.Ordinal)
            ? "a number of milliseconds from 1 to 86400000"
            : key.Setting.Allowed;

    /// <summary>A key as it was written: itself, or the variable that set it.</summary>
    private string NameOf(string key) => _origins.GetValueOrDefault(key, key) is var origin && origin.StartsWith(OfVariable, StringComparison.Ordinal)
        ? origin[OfVariable.Length..]
        : key;

    private bool ReadSdkDisabled()
    {
        if (_variable(HostKeys.SdkDisabled) is not { } text) return false;
        if (!bool.TryParse(text, out var disabled))
            _problems.Add(new SettingProblem(HostKeys.SdkDisabled, text, "allowed is true or false"));
        if (disabled) _origins["kairos.telemetry.exporter"] = OfVariable + HostKeys.SdkDisabled;
        return disabled;
    }

    private void ReportUnknown(IReadOnlyList<HoconLeaf> leaves)
    {
        var known = HostKeys.All.Select(key => key.FullKey).ToList();
        foreach (var leaf in leaves)
        {
            var isSection = leaf.Value is null && known.Any(key => key.StartsWith(leaf.Key + ".", StringComparison.Ordinal));
            if (!isSection && !known.Contains(leaf.Key)) _problems.Add(UnknownKey.Problem(leaf.Key, known));
        }
    }

    private static bool IsHosts(HoconLeaf leaf) => leaf.Path.Count > 1 && HostSections.Contains(leaf.Path[1]);

    private static IEnumerable<string> Warnings(ConfigFile file, IEnumerable<string> variableNames)
    {
        if (!file.Config.IsEmpty)
        {
            foreach (var section in file.Config.Root.GetObject().Items.Keys.Where(name => name is not ("kairos" or "akka")))
                yield return $"{file.Path}: '{section}' is not read; the sections that are read are kairos and akka";
        }

        var known = HostKeys.All.Select(key => key.Own?.Name).ToHashSet();
        foreach (var name in variableNames.Where(name => name.StartsWith("KAIROS_", StringComparison.Ordinal) && !known.Contains(name)))
            yield return $"variable {name} is not read; the nearest known one is {NearestKey.Of(name, known.OfType<string>())}";
    }
}
