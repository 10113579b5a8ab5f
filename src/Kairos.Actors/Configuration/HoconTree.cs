using Akka.Configuration;
using Akka.Configuration.Hocon;

namespace Kairos.Configuration;

/// <summary>One leaf of a configuration.</summary>
/// <param name="Path">Its keys from the root on. Keys are kept apart, because a quoted key may hold dots.</param>
/// <param name="Value">Its text; null for an empty section.</param>
/// <param name="IsList">Whether it is a list.</param>
internal readonly record struct HoconLeaf(IReadOnlyList<string> Path, string? Value, bool IsList)
{
    /// <summary>The whole key as it would be written, quoted where it must be.</summary>
    public string Key => string.Join('.', Path.Select(key => key.AsSpan().IndexOfAny("./ \"") >= 0 ? $"\"{key}\"" : key));

    /// <summary>The key from a place in the path on.</summary>
    public string KeyFrom(int index) => string.Join('.', Path.Skip(index));
}

/// <summary>Reads a HOCON tree as what it is to its reader: a list of keys with texts.</summary>
internal static class HoconTree
{
    /// <summary>The leaves below a section, their paths beginning with its name.</summary>
    public static IReadOnlyList<HoconLeaf> Leaves(Config config, string section)
    {
        var leaves = new List<HoconLeaf>();
        if (!config.IsEmpty && config.HasPath(section)) Collect([section], config.GetValue(section), leaves);
        return leaves;
    }

    private static void Collect(IReadOnlyList<string> path, HoconValue value, List<HoconLeaf> leaves)
    {
        if (!value.IsObject())
        {
            leaves.Add(new HoconLeaf(path, value.IsArray() ? value.ToString() : value.GetString(), value.IsArray()));
            return;
        }

        var items = value.GetObject().Items;
        if (items.Count == 0) leaves.Add(new HoconLeaf(path, null, false));
        foreach (var (key, child) in items) Collect([.. path, key], child, leaves);
    }
}
