using YamlDotNet.RepresentationModel;

namespace Kairos.Host.Tests.CollectorConfigs;

/// <summary>Finds one's way in a YAML document.</summary>
internal static class YamlTree
{
    private static readonly YamlMappingNode Nothing = [];

    /// <summary>The one document of a text. Keys that are given twice are an error.</summary>
    public static YamlMappingNode Parse(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return (YamlMappingNode)Assert.Single(stream.Documents).RootNode;
    }

    /// <summary>The mapping below a path of keys; empty where there is none, or nothing in it.</summary>
    public static YamlMappingNode At(this YamlMappingNode node, params string[] path) => path.Aggregate(
        node, (current, key) => current.Children.TryGetValue(key, out var child) && child is YamlMappingNode mapping ? mapping : Nothing);

    public static IEnumerable<string> Keys(this YamlMappingNode node) => node.Children.Keys.Select(key => ((YamlScalarNode)key).Value!);

    public static string Text(this YamlMappingNode node, string key) => ((YamlScalarNode)node[key]).Value!;

    /// <summary>The texts of a list; none where there is no list.</summary>
    public static string[] List(this YamlMappingNode node, string key) =>
        node.Children.TryGetValue(key, out var list) ? [.. ((YamlSequenceNode)list).Select(item => ((YamlScalarNode)item).Value!)] : [];

    /// <summary>What is not among the keys that are known for their place: <c>path.key</c> each.</summary>
    public static IEnumerable<string> Unknown(this YamlNode node, IReadOnlyDictionary<string, string[]> known, string path = "") => node switch
    {
        YamlMappingNode mapping => mapping.Children.SelectMany(child => UnknownChild(((YamlScalarNode)child.Key).Value!, child.Value, known, path)),
        YamlSequenceNode sequence => sequence.SelectMany(item => item.Unknown(known, path)),
        _ => [],
    };

    private static IEnumerable<string> UnknownChild(string key, YamlNode value, IReadOnlyDictionary<string, string[]> known, string path)
    {
        var keys = known.GetValueOrDefault(path, []);
        var child = path.Length == 0 ? key : $"{path}.{key}";
        return keys.Contains(key) || keys is ["*"] ? value.Unknown(known, child) : [child];
    }
}
