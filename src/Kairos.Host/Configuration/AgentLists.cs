using Akka.Configuration;
using Akka.Configuration.Hocon;
using Kairos.Hosting.Settings;

namespace Kairos.Host.Configuration;

/// <summary>Reads the lists of a configuration, of which a leaf knows no more than that it is one.</summary>
internal static class AgentLists
{
    /// <summary>What a list holds; null where a part of it is no text.</summary>
    public static IReadOnlyList<string>? Of(Config config, HoconLeaf leaf)
    {
        var value = config.GetValue(leaf.Path[0]);
        foreach (var key in leaf.Path.Skip(1)) value = value.GetObject().GetKey(key);
        var items = value.GetArray();
        return items.All(IsText) ? [.. items.Select(item => item.GetString())] : null;
    }

    private static bool IsText(HoconValue item) => !item.IsObject() && !item.IsArray() && item.GetString() is not null;
}
