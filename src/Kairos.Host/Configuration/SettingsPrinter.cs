using Kairos.Configuration;
using Kairos.Telemetry.Configuration;
using Kairos.Telemetry.Otlp;

namespace Kairos.Host.Configuration;

/// <summary>One effective setting as <c>kairos config</c> shows it.</summary>
internal readonly record struct PrintedSetting(string Key, string Value, string Origin);

/// <summary>Lists the effective settings, each with where it came from. Secrets are never in the list.</summary>
internal static class SettingsPrinter
{
    private const string Default = "default";

    public static IEnumerable<PrintedSetting> List(EffectiveSettings settings)
    {
        foreach (var key in TelemetryKeys.All)
        {
            yield return new PrintedSetting(key.FullKey, Show(key, settings.Telemetry.Options), OriginOf(settings, key.FullKey) ?? Default);
            foreach (var signal in SignalsThatDiffer(settings.Telemetry, key))
                yield return new PrintedSetting($"{key.FullKey} ({signal.ToWireName()})", Show(key, settings.Telemetry, signal), "variable of the signal");
        }

        foreach (var (key, value) in OfWhole(settings)) yield return new PrintedSetting(key, value, OriginOf(settings, key) ?? Default);
        foreach (var key in ComponentKeys.All)
        {
            yield return new PrintedSetting(
                $"kairos.defaults.{key.Key}", key.Write(settings.Kairos.Defaults), OriginOf(settings, $"kairos.defaults.{key.Key}") ?? Default);
        }

        foreach (var component in settings.Kairos.Components)
        {
            foreach (var key in ComponentKeys.All)
                yield return new PrintedSetting(
                    KeyOf(component, key.Key), key.Write(settings.Kairos.For(component)), Inherited(settings, component, key.Key));
        }
    }

    /// <summary>What holds for no single component.</summary>
    private static IEnumerable<(string Key, string Value)> OfWhole(EffectiveSettings settings) =>
    [
        .. SettingsReader.Keys.Select(key => (key.FullKey, key.Write(settings.Kairos))),
        .. HoconSource.Leaves(settings.Config.WithFallback(KairosReference.Config), SettingsReader.Section)
            .Where(leaf => leaf.Path is ["dispatcher", ..] && leaf.Value is not null)
            .Select(leaf => (leaf.Name, leaf.Value!)),
    ];

    /// <summary>OpenTelemetry's variables may set traces or logs apart from the metrics.</summary>
    private static IEnumerable<TelemetrySignal> SignalsThatDiffer(TelemetrySettings settings, Setting<KairosTelemetryOptions> key) => SignalNames.All
        .Where(signal => key.Write(settings.Options with { Otlp = settings.Of(signal) }) != key.Write(settings.Options));

    private static string Show(Setting<KairosTelemetryOptions> key, TelemetrySettings settings, TelemetrySignal signal) =>
        Show(key, settings.Options with { Otlp = settings.Of(signal) });

    private static string Show(Setting<KairosTelemetryOptions> key, KairosTelemetryOptions options) => key.Write(options) is { Length: > 0 } value
        ? key.Printable(value)
        : key.Key == "telemetry.otlp.endpoint" ? OtlpEndpoint.Written(options.Otlp) : "(none)";

    /// <summary>Where a component has a value from: itself, the nearest ancestor that sets it, the defaults.</summary>
    private static string Inherited(EffectiveSettings settings, string component, string key)
    {
        for (var name = component; name is not null; name = ComponentName.ParentOf(name))
        {
            if (OriginOf(settings, KeyOf(name, key)) is { } origin) return name == component ? origin : $"{origin}, by {name}";
        }

        return OriginOf(settings, $"kairos.defaults.{key}") is { } defaults ? $"{defaults}, by kairos.defaults" : Default;
    }

    private static string KeyOf(string component, string key) => $"{SettingsCheck.SectionOf(component)}.{key}";

    private static string? OriginOf(EffectiveSettings settings, string key) =>
        settings.Origins.GetValueOrDefault(key) is var origin && origin != Default ? origin : null;
}
