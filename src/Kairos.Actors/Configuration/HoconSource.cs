using Akka.Configuration;
using Akka.Configuration.Hocon;

namespace Kairos.Configuration;

/// <summary>Reads a HOCON tree as what it is to its reader: a list of keys with texts.</summary>
internal static class HoconSource
{
    /// <summary>What stands below <c>kairos</c>.</summary>
    public static SettingsSource Of(Config config, string origin) => new(Leaves(config, SettingsReader.Section, origin), NameOf);

    /// <summary>What stands below a section. Paths begin below it.</summary>
    public static IReadOnlyList<Written> Leaves(Config config, string section, string origin = "")
    {
        var leaves = new List<Written>();
        if (!config.IsEmpty && config.HasPath(section)) Collect([], config.GetValue(section));
        return leaves;

        void Collect(IReadOnlyList<string> path, HoconValue value)
        {
            if (!value.IsObject())
            {
                Add(path, value.IsArray() ? value.ToString() : value.GetString(), value.IsArray());
                return;
            }

            var items = value.GetObject().Items;
            if (items.Count == 0) Add(path, null, false);
            foreach (var (key, child) in items) Collect([.. path, key], child);
        }

        void Add(IReadOnlyList<string> path, string? value, bool isList) =>
            leaves.Add(new Written(path, Join([section, .. path]), value, origin) { IsList = isList });
    }

    /// <summary>A key below <c>kairos</c> as it would be written, quoted where it must be.</summary>
    public static string NameOf(params IReadOnlyList<string> path) => Join([SettingsReader.Section, .. path]);

    private static string Join(IEnumerable<string> path) =>
        string.Join('.', path.Select(key => key.AsSpan().IndexOfAny("./ \"") >= 0 ? $"\"{key}\"" : key));
}
