using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Kairos.Configuration;

/// <summary>
/// .NET's configuration: keys in PascalCase or as HOCON has them, whatever their case, durations as <c>00:00:30</c>, too, and words as code
/// has them. Names of components are lower-cased, because two spellings of one key are one there.
/// </summary>
internal static class ConfigurationSource
{
    private const string Origin = "IConfiguration";

    /// <summary>What a section says.</summary>
    /// <param name="configuration">The section, or the whole of which <c>Kairos</c> is one; null for none.</param>
    /// <param name="table">The keys whose parts are known, whatever their case.</param>
    public static SettingsSource Of(IConfiguration? configuration, IEnumerable<Setting> table)
    {
        var section = configuration as IConfigurationSection ?? configuration?.GetSection("Kairos");
        var known = table.SelectMany(setting => setting.Key.Split('.')).Concat(SettingsReader.Sections)
            .DistinctBy(Squeezed).ToDictionary(Squeezed, StringComparer.Ordinal);
        var values = new List<Written>();
        if (section is not null) Collect([], section);
        return new SettingsSource(values, path => string.Join(':', [section?.Path ?? "Kairos", .. path.Select((part, index) => IsName(path, index) ? part : Pascal(part))]))
        {
            Translate = Translate,
            Section = "a section",
            NothingIsUnset = true,
        };

        void Collect(IReadOnlyList<string> path, IConfigurationSection at)
        {
            var children = at.GetChildren().ToList();
            if (children.Count == 0 || at.Value is not null) values.Add(new Written(path, at.Path, at.Value, Origin));
            foreach (var child in children) Collect([.. path, PartOf(path, child.Key)], child);
        }

        string PartOf(IReadOnlyList<string> path, string key) =>
            IsName(path, path.Count) ? key.ToLowerInvariant() : known.GetValueOrDefault(Squeezed(key)) ?? Kebab(key);
    }

    private static bool IsName(IReadOnlyList<string> path, int index) => index == 1 && path[0] is "components" or "faults" or "prices";

    private static string Translate(Setting setting, string value) => setting.Kind switch
    {
        SettingKind.Duration when value.Contains(':', StringComparison.Ordinal) && TimeSpan.TryParseExact(value, "c", CultureInfo.InvariantCulture, out var time)
            => Durations.Write(time),
        SettingKind.Truth => value.ToLowerInvariant(),
        _ => setting.Words.FirstOrDefault(word => Squeezed(word) == Squeezed(value)) ?? value,
    };

    private static string Squeezed(string text) => string.Concat(text.Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant();

    /// <summary><c>OpenDuration</c> as <c>open-duration</c>.</summary>
    private static string Kebab(string key) => string.Concat(key.Select((letter, index) =>
        index > 0 && char.IsUpper(letter) && !char.IsUpper(key[index - 1]) && key[index - 1] != '-' ? $"-{letter}" : $"{letter}")).ToLowerInvariant();

    /// <summary><c>open-duration</c> as <c>OpenDuration</c>.</summary>
    public static string Pascal(string key) => string.Concat(key.Split('-').Select(word => word.Length == 0 ? "" : char.ToUpperInvariant(word[0]) + word[1..]));
}
