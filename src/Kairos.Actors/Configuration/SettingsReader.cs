using System.Collections.Immutable;
using System.Globalization;
using Akka.Configuration;
using Kairos.Components;

namespace Kairos.Configuration;

/// <summary>
/// Makes <see cref="KairosSettings"/> of what the sources say, and of what is set in code. It never stops at the first problem: all of them are
/// collected, each with its key as it was written, the value and what is allowed.
/// </summary>
internal sealed class SettingsReader
{
    /// <summary>The section that all keys stand in.</summary>
    public const string Section = "kairos";

    private const string Defaults = "defaults";
    private const string Components = "components";
    private const string Prices = "prices";
    private const string MaxComponents = $"{Section}.max-components";
    private static readonly string[] Foreign = ["dispatcher", "telemetry", "service"];
    private static readonly string[] ActorSettings = ["akka.actor.serialize-messages", "akka.actor.serialize-creators"];

    /// <summary>The sections below it.</summary>
    public static readonly IReadOnlyList<string> Sections = [Defaults, Components, Prices, .. Foreign];

    /// <summary>What holds for no single component.</summary>
    public static readonly IReadOnlyList<Setting<KairosSettings>> Keys =
    [
        Setting.Int<KairosSettings>("max-components", 1, 1_000_000, s => s.MaxComponents, (s, v) => s with { MaxComponents = v }),
        Setting.Duration<KairosSettings>("ask-timeout", TimeSpan.FromMilliseconds(1), TimeSpan.FromDays(1), s => s.AskTimeout, (s, v) => s with { AskTimeout = v }),
    ];

    private readonly Findings _findings;
    private readonly KeyReader<KairosSettings> _whole;
    private readonly KeyReader<ComponentSettings> _component;
    private readonly KeyReader<ModelPrice> _price;
    private readonly IReadOnlyList<IReadOnlyList<string>> _known;
    private KairosSettings _settings = new();

    private SettingsReader(Findings findings, IEnumerable<Setting> foreignKeys)
    {
        _findings = findings;
        _whole = new KeyReader<KairosSettings>(Keys, findings);
        _component = new KeyReader<ComponentSettings>(ComponentKeys.All, findings);
        _price = new KeyReader<ModelPrice>(ModelPrice.Keys, findings);
        _known = [.. Keys.Concat(foreignKeys).Select(setting => setting.Key.Split('.')), .. KeysBelow(Defaults), [Components, "<name>"], [Prices, "<model>"]];
    }

    /// <summary>Reads the settings of an actor system, or throws with all that is wrong with them.</summary>
    /// <param name="config">The actor system's HOCON.</param>
    /// <param name="options">What is set in code.</param>
    /// <exception cref="SettingsException">Something is wrong.</exception>
    public static KairosSettings Read(Config config, KairosOptions options)
    {
        var findings = new Findings();
        foreach (var key in ActorSettings.Where(key => config.GetBoolean(key, false)))
            findings.Report(new SettingProblem(key, "on", "allowed is off: what Kairos' actors tell each other stays in the process, and could not be serialized"));
        SettingsSource[] sources =
            [HoconSource.Of(config, "HOCON"), ConfigurationSource.Of(options.Configuration, [.. Keys, .. ComponentKeys.All, .. options.FaultReader?.Keys ?? []])];
        var faults = options.FaultReader?.TakeFrom(sources, findings) ?? KairosSettings.NoFaults;
        var settings = Read(sources, options, findings);
        findings.ThrowIfAny();
        return settings with { Faults = faults.SetItems(settings.Faults) };
    }

    /// <summary>Reads the settings. They hold only if nothing was found to be wrong.</summary>
    /// <param name="sources">What is written, the weakest source first.</param>
    /// <param name="options">What is set in code, which is stronger than they are.</param>
    /// <param name="findings">Where problems and origins go.</param>
    /// <param name="foreignKeys">Keys that somebody else reads; a misspelt key may be one of them.</param>
    public static KairosSettings Read(
        IEnumerable<SettingsSource> sources, KairosOptions options, Findings findings, params IEnumerable<Setting> foreignKeys)
    {
        var reader = new SettingsReader(findings, foreignKeys);
        foreach (var source in sources) reader.Take(source);
        return reader.Finish(options);
    }

    /// <summary>Tells what is wrong with what a source says, key by key.</summary>
    public static void Check(SettingsSource source, Findings findings, params IEnumerable<Setting> foreignKeys) =>
        new SettingsReader(findings, foreignKeys).Take(source);

    private void Take(SettingsSource source)
    {
        foreach (var twice in source.Values.GroupBy(written => HoconSource.NameOf(written.Path)).Where(group => group.Count() > 1))
            _findings.Report(new SettingProblem(twice.First().Name, null, $"allowed is one spelling; it is written as {twice.Last().Name}, too"));
        foreach (var written in source.Values) Take(source, written);
    }

    private void Take(SettingsSource source, Written written)
    {
        switch (written.Path.Count > 0 ? written.Path[0] : "")
        {
            case Defaults:
                if (_component.Read(source, written, written.KeyFrom(1), _known) is { } change) _settings = _settings with { Defaults = change(_settings.Defaults) };
                break;
            case Components when written.Path.Count > 1:
                TakeComponent(source, written);
                break;
            case Prices when written.Path.Count > 1:
                TakePrice(source, written);
                break;
            case Components or Prices when written.Value is null: // an empty section
                break;
            case var section when Foreign.Contains(section): // read by whom it concerns
                break;
            default:
                if (_whole.Read(source, written, written.KeyFrom(0), _known) is { } whole) _settings = whole(_settings);
                break;
        }
    }

    private void TakeComponent(SettingsSource source, Written written)
    {
        var name = written.Path[1];
        if (!ComponentName.IsValid(name))
        {
            _findings.Report(new SettingProblem(source.NameOf([Components]), ComponentName.Shorten(name), $"names are {ComponentName.Allowed}"));
            return;
        }

        var key = written.KeyFrom(2);
        var own = _settings.Overrides.GetValueOrDefault(name, ComponentOverride.None);
        if (_component.Read(source, written, key, KeysBelow(Components, name)) is { } change) own = own.Then(key, change);
        _settings = _settings with { Overrides = _settings.Overrides.SetItem(name, own) };
    }

    private void TakePrice(SettingsSource source, Written written)
    {
        var model = written.Path[1];
        IEnumerable<IReadOnlyList<string>> known = ModelPrice.Keys.Select(setting => (string[])[Prices, model, setting.Key]);
        if (_price.Read(source, written, written.KeyFrom(2), known) is not { } change) return;
        _settings = _settings with { Prices = _settings.Prices.SetItem(model, change(_settings.Prices.GetValueOrDefault(model) ?? new ModelPrice())) };
    }

    private KairosSettings Finish(KairosOptions options)
    {
        var settings = options.ApplyTo(_settings);
        var max = settings.MaxComponents;
        if (Keys[0].Read(Text(max)) is null) Report(max, $"allowed is {Keys[0].Allowed}");
        if (settings.Overrides.Count > max) Report(max, $"at least as many as are configured, which is {settings.Overrides.Count}");
        if (_findings.Problems.Count > 0) return settings;

        foreach (var problem in SettingsCheck.ProblemsOf(settings)) _findings.Report(problem with { Key = _findings.NameOf(problem.Key) });
        return settings;

        void Report(int value, string allowed) => _findings.Report(new SettingProblem(_findings.NameOf(MaxComponents), Text(value), allowed));
    }

    private static IEnumerable<IReadOnlyList<string>> KeysBelow(params string[] section) =>
        ComponentKeys.All.Select(setting => (string[])[.. section, .. setting.Key.Split('.')]);

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Reads the section of the faults on request, which is nobody's unless an application allows them.</summary>
internal interface IFaultReader
{
    /// <summary>Its keys.</summary>
    IEnumerable<Setting> Keys { get; }

    /// <summary>Takes the section out of what is written, and says what it asks for.</summary>
    /// <param name="sources">What is written, the weakest source first.</param>
    /// <param name="findings">Where problems go.</param>
    ImmutableSortedDictionary<string, IFaultSource> TakeFrom(SettingsSource[] sources, Findings findings);
}
