using System.Collections.Immutable;
using System.Globalization;
using Akka.Configuration;
using Change = System.Func<Kairos.ComponentSettings, Kairos.ComponentSettings>;

namespace Kairos.Configuration;

/// <summary>
/// Turns a HOCON tree and what was set in code into <see cref="KairosSettings"/>. It never stops at the first problem: all of them are
/// collected, each with its key, the value and what is allowed.
/// </summary>
internal sealed class SettingsReader
{
    /// <summary>The section that all keys stand in.</summary>
    public const string Section = "kairos";

    private static readonly string[] ActorSettings = ["akka.actor.serialize-messages", "akka.actor.serialize-creators"];

    private const int MostComponents = 1_000_000;
    private static readonly ImmutableHashSet<string> Foreign = ["dispatcher", "telemetry", "service"];

    private static readonly Setting<Limits> MaxComponents =
        Setting.Int<Limits>("max-components", 1, MostComponents, limits => limits.MaxComponents, (limits, value) => limits with { MaxComponents = value });

    private static readonly Setting<Limits> AskTimeout = Setting.Duration<Limits>(
        "ask-timeout", TimeSpan.FromMilliseconds(1), TimeSpan.FromDays(1), limits => limits.AskTimeout, (limits, value) => limits with { AskTimeout = value });

    private static readonly Dictionary<string, Setting<ComponentSettings>> Keys =
        ComponentKeys.All.ToDictionary(setting => setting.Key, StringComparer.Ordinal);

    private readonly List<SettingProblem> _problems;
    private readonly IReadOnlyCollection<string> _known;
    private readonly Dictionary<string, Change> _components = new(StringComparer.Ordinal);
    private Change _defaults = settings => settings;
    private Limits _limits = new(10_000, TimeSpan.FromSeconds(10));

    private SettingsReader(List<SettingProblem> problems, IEnumerable<string> foreignKeys) =>
        (_problems, _known) = (problems, [.. KnownKeys, $"{Section}.components.<name>", .. foreignKeys]);

    /// <summary>Every key of this section that does not belong to a component's name.</summary>
    public static IEnumerable<string> KnownKeys =>
        [$"{Section}.max-components", $"{Section}.ask-timeout", .. Keys.Keys.Select(key => $"{Section}.defaults.{key}")];

    /// <summary>Reads the settings, or throws with all that is wrong with them.</summary>
    /// <exception cref="SettingsException">Something is wrong.</exception>
    public static KairosSettings Read(Config config, KairosOptions options)
    {
        var problems = new List<SettingProblem>();
        problems.AddRange(ActorSettings.Where(key => config.GetBoolean(key, false)).Select(key => new SettingProblem(
            key, "on", "allowed is off: what Kairos' actors tell each other stays in the process, and could not be serialized")));
        var settings = Read(HoconTree.Leaves(config, Section), options, problems);
        return problems.Count == 0 ? settings : throw new SettingsException(problems);
    }

    /// <summary>Reads the settings and adds what is wrong with them to a list; the settings hold only if nothing was added.</summary>
    /// <param name="leaves">What is written.</param>
    /// <param name="options">What is set in code.</param>
    /// <param name="problems">Where problems go.</param>
    /// <param name="foreignKeys">Keys that somebody else reads; a misspelt key may be one of them.</param>
    public static KairosSettings Read(
        IEnumerable<HoconLeaf> leaves, KairosOptions options, List<SettingProblem> problems, params IEnumerable<string> foreignKeys)
    {
        var reader = new SettingsReader(problems, foreignKeys);
        foreach (var leaf in leaves) reader.Take(leaf);
        return reader.Finish(options);
    }

    private void Take(HoconLeaf leaf)
    {
        switch (leaf.Path.Count > 1 ? leaf.Path[1] : "")
        {
            case "max-components" when leaf.Path.Count == 2:
                if (Parse(MaxComponents, leaf) is { } limit) _limits = limit(_limits);
                break;
            case "ask-timeout" when leaf.Path.Count == 2:
                if (Parse(AskTimeout, leaf) is { } timeout) _limits = timeout(_limits);
                break;
            case "defaults" when leaf.Path.Count > 2:
                if (Change(leaf, 2) is { } change) _defaults = Then(_defaults, change);
                break;
            case "components" when leaf.Path.Count > 2:
                TakeComponent(leaf);
                break;
            case "" or "defaults" or "components" when leaf.Value is null: // an empty section
                break;
            case var section when Foreign.Contains(section): // read by whom it concerns
                break;
            default:
                Unknown(leaf);
                break;
        }
    }

    private void TakeComponent(HoconLeaf leaf)
    {
        var name = leaf.Path[2];
        if (!ComponentName.IsValid(name))
        {
            _problems.Add(new SettingProblem($"{Section}.components", ComponentName.Shorten(name), $"names are {ComponentName.Allowed}"));
            return;
        }

        var before = _components.GetValueOrDefault(name, settings => settings);
        var change = leaf.Path.Count == 3 && leaf.Value is null ? null : Change(leaf, 3);
        _components[name] = change is null ? before : Then(before, change);
    }

    private Change? Change(HoconLeaf leaf, int from)
    {
        var key = leaf.KeyFrom(from);
        if (Keys.TryGetValue(key, out var setting)) return Parse(setting, leaf);
        if (leaf.Value is null && Keys.Keys.Any(known => known.StartsWith(key + ".", StringComparison.Ordinal))) return null; // an empty section
        Unknown(leaf);
        return null;
    }

    private Func<T, T>? Parse<T>(Setting<T> setting, HoconLeaf leaf)
    {
        var change = leaf.IsList || leaf.Value is null ? null : setting.Read(leaf.Value.Trim());
        if (change is null) _problems.Add(new SettingProblem(leaf.Key, leaf.Value ?? "{}", $"allowed is {setting.Allowed}"));
        return change;
    }

    private void Unknown(HoconLeaf leaf)
    {
        var component = leaf.Path.Count > 2 && leaf.Path[1] == "components" ? SettingsCheck.SectionOf(leaf.Path[2]) : null;
        _problems.Add(UnknownKey.Problem(leaf.Key, component is null ? _known : [.. Keys.Keys.Select(key => $"{component}.{key}")]));
    }

    private KairosSettings Finish(KairosOptions options)
    {
        var max = options.MaxComponents ?? _limits.MaxComponents;
        if (max is < 1 or > MostComponents)
            _problems.Add(new SettingProblem($"{Section}.max-components", Text(max), $"allowed is {MaxComponents.Allowed}"));
        var overrides = _components.ToImmutableDictionary(StringComparer.Ordinal);
        foreach (var (name, change) in options.Components)
            overrides = overrides.SetItem(name, Then(overrides.GetValueOrDefault(name, settings => settings), change));
        if (overrides.Count > max)
            _problems.Add(new SettingProblem($"{Section}.max-components", Text(max), $"at least as many as are configured, which is {overrides.Count}"));

        var settings = new KairosSettings(max, _limits.AskTimeout, options.ChangeDefaults(_defaults(ComponentSettings.Default)), overrides);
        if (_problems.Count == 0)
        {
            _problems.AddRange(SettingsCheck.ProblemsOf($"{Section}.defaults", settings.Defaults));
            if (_problems.Count > 0) return settings; // every component would repeat them
            foreach (var name in settings.Components)
                _problems.AddRange(SettingsCheck.ProblemsOf(SettingsCheck.SectionOf(name), settings.For(name)));
        }

        return settings;
    }

    private static Change Then(Change first, Change second) => settings => second(first(settings));

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);

    private sealed record Limits(int MaxComponents, TimeSpan AskTimeout);
}
