using Akka.Configuration;
using Akka.Configuration.Hocon;

namespace KairosAgent.Settings;

/// <summary>One value of a configuration.</summary>
/// <param name="Path">Its keys from the root on; they are kept apart, because a quoted key may hold dots.</param>
/// <param name="Value">Its text; null for a section without keys, for a list, and for what is no value.</param>
/// <param name="Items">What a list of texts holds; null for all else.</param>
/// <param name="IsSection">Whether it is a section without keys.</param>
internal readonly record struct HoconLeaf(IReadOnlyList<string> Path, string? Value, IReadOnlyList<string>? Items, bool IsSection)
{
    /// <summary>The whole key as it would be written, quoted where it must be.</summary>
    public string Key => KeyOf(Path);

    /// <summary>Without key and value: either may be a secret.</summary>
    public override string ToString() => "a value of the configuration";

    /// <summary>The key from a place in the path on.</summary>
    public string KeyFrom(int index) => string.Join('.', Path.Skip(index));

    public static string KeyOf(IEnumerable<string> path) =>
        string.Join('.', path.Select(key => key.AsSpan().IndexOfAny("./ \"") >= 0 ? $"\"{key}\"" : key));

    /// <summary>The values of one section of Kairos'.</summary>
    public static IEnumerable<HoconLeaf> Of(Config config, string section)
    {
        var path = $"{AgentKeys.Root}.{section}";
        return config.IsEmpty || !config.HasPath(path) ? [] : Of([AgentKeys.Root, section], config.GetValue(path));
    }

    private static IEnumerable<HoconLeaf> Of(IReadOnlyList<string> path, HoconValue value)
    {
        if (!value.IsObject()) return [LeafOf(path, value)];
        var items = value.GetObject().Items;
        return items.Count == 0
            ? [new HoconLeaf(path, null, null, IsSection: true)]
            : items.SelectMany(item => Of([.. path, item.Key], item.Value));
    }

    private static HoconLeaf LeafOf(IReadOnlyList<string> path, HoconValue value)
    {
        if (!value.IsArray()) return new HoconLeaf(path, value.IsEmpty ? null : value.GetString(), null, IsSection: false);
        var items = value.GetArray();
        return new HoconLeaf(path, null, items.All(IsText) ? [.. items.Select(item => item.GetString())] : null, IsSection: false);
    }

    private static bool IsText(HoconValue item) => !item.IsObject() && !item.IsArray() && item.GetString() is not null;
}
