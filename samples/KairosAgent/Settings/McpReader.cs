using Kairos;

namespace KairosAgent.Settings;

/// <summary>Reads the MCP servers of the agent. All problems are collected; what may be a secret, a name included, is in none of them.</summary>
/// <param name="problems">Where problems go.</param>
internal sealed class McpReader(List<SettingProblem> problems)
{
    private const int MaxName = 56;

    private static readonly string Names = "names of servers are a-z, 0-9, '.', '_' and '-', begin with a letter or digit, are "
        + $"{MaxName} characters at most, and not {string.Join(" or ", OwnTools.Components)}";

    /// <summary>Whether a leaf is a part of a server, or stands where one should.</summary>
    public static bool IsMine(HoconLeaf leaf) => leaf.Path.Count > 3 && leaf.Path[1] == "agent" && leaf.Path[2] == "mcp";

    public AgentOptions Take(HoconLeaf leaf, AgentOptions options)
    {
        var name = leaf.Path[3];
        if (IsName(name)) return options with { Mcp = options.Mcp.SetItem(name, Change(leaf, options.Mcp.GetValueOrDefault(name) ?? new McpOptions())) };
        problems.Add(new SettingProblem(McpKeys.Section, null, Names));
        return options;
    }

    /// <summary>What contradicts itself, once everything has been read.</summary>
    public void Check(AgentOptions options)
    {
        if (options.Mcp.Count > McpOptions.MostServers)
            problems.Add(new SettingProblem(McpKeys.Section, null, $"at most {McpOptions.MostServers} servers, and there are {options.Mcp.Count}"));
        foreach (var (name, server) in options.Mcp)
        {
            if (Contradiction(server) is { } contradiction) problems.Add(new SettingProblem(SectionOf(name), null, contradiction));
        }
    }

    private static string? Contradiction(McpOptions server) =>
        server.Command.Length > 0 == server.Url.Length > 0 ? "needs either a command or a url"
        : server.Url.Length > 0 && server.Arguments.Count + server.Environment.Count > 0 ? $"{McpKeys.Arguments} and {McpKeys.Environment} need a command"
        : server.Command.Length > 0 && server.Headers.Count > 0 ? $"{McpKeys.Headers} need a url"
        : null;

    private static string SectionOf(string name) => HoconLeaf.KeyOf([AgentKeys.Root, "agent", "mcp", name]);

    private static bool IsName(string name) => name.Length <= MaxName && !name.Contains(ComponentName.Separator, StringComparison.Ordinal)
        && ComponentName.IsValid($"tools/{name}") && !OwnTools.Components.Contains(name);

    private McpOptions Change(HoconLeaf leaf, McpOptions server)
    {
        var key = leaf.Path.Count > 4 ? leaf.Path[4] : "";
        if (leaf.Path.Count == 5 && McpKeys.Single.FirstOrDefault(setting => setting.Key == key) is { } single) return Apply(single, leaf, server);
        if (leaf.Path.Count == 5 && key == McpKeys.Arguments) return TakeArguments(leaf, server);
        if (key == McpKeys.Environment) return TakeVariable(leaf, server);
        if (key == McpKeys.Headers) return TakeHeader(leaf, server);
        if (leaf.Path.Count == 4 && leaf.IsSection) return server;
        var allowed = leaf.Path.Count == 4 ? "allowed is a section, in braces" : $"holds an unknown key; known are {string.Join(", ", McpKeys.Known)}";
        problems.Add(new SettingProblem(SectionOf(leaf.Path[3]), null, allowed));
        return server;
    }

    private McpOptions Apply(Setting<McpOptions> setting, HoconLeaf leaf, McpOptions server)
    {
        var change = leaf.Value is null ? null : setting.Read(leaf.Value.Trim());
        if (change is null) problems.Add(new SettingProblem(leaf.Key, leaf.Value is null ? null : setting.Printable(leaf.Value), $"allowed is {setting.Allowed}"));
        return change is null ? server : change(server);
    }

    private McpOptions TakeArguments(HoconLeaf leaf, McpOptions server)
    {
        if (leaf.Items is { } items && items.All(McpKeys.IsVariableValue)) return server with { Arguments = [.. items] };
        problems.Add(new SettingProblem(leaf.Key, null, "allowed is a list of texts, in square brackets"));
        return server;
    }

    private McpOptions TakeVariable(HoconLeaf leaf, McpOptions server) =>
        IsAllowed(leaf, McpKeys.IsVariable, McpKeys.IsVariableValue, "names of variables, each with a text")
            ? server with { Environment = server.Environment.SetItem(leaf.Path[5], leaf.Value!) } : server;

    private McpOptions TakeHeader(HoconLeaf leaf, McpOptions server) =>
        IsAllowed(leaf, McpKeys.IsHeader, McpKeys.IsHeaderValue, "names of headers, each with a text of visible ASCII letters")
            ? server with { Headers = server.Headers.SetItem(leaf.Path[5], leaf.Value!.Trim()) } : server;

    /// <summary>Where the sign between a name and its value was forgotten, the name holds the value: neither is told.</summary>
    private bool IsAllowed(HoconLeaf leaf, Func<string, bool> isName, Func<string, bool> isValue, string allowed)
    {
        if (leaf.Path.Count == 6 && leaf.Value is not null && isName(leaf.Path[5]) && isValue(leaf.Value)) return true;
        if (leaf.Path.Count != 5 || !leaf.IsSection) problems.Add(new SettingProblem(HoconLeaf.KeyOf(leaf.Path.Take(5)), null, $"allowed are {allowed}"));
        return false;
    }
}
