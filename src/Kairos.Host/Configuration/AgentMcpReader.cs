using Kairos.Components;
using Kairos.Host.Chat.Tools;
using Kairos.Hosting.Settings;

namespace Kairos.Host.Configuration;

/// <summary>Reads the MCP servers of the agent. All problems are collected; a value that may be a secret is in none of them.</summary>
/// <param name="problems">Where problems go.</param>
/// <param name="listOf">What a list holds; null where a part of it is no text.</param>
internal sealed class AgentMcpReader(List<SettingProblem> problems, Func<HoconLeaf, IReadOnlyList<string>?> listOf)
{
    private const int MaxName = 56;
    private static readonly string[] Taken = [Clock.Name, Calculator.Name, HttpFetch.Name];

    /// <summary>Whether a leaf is a part of a server, or stands where one should.</summary>
    public static bool IsMine(HoconLeaf leaf) => leaf.Path.Count > 3 && leaf.Path[1] == "agent" && leaf.Path[2] == "mcp";

    public AgentOptions Take(HoconLeaf leaf, AgentOptions options)
    {
        var name = leaf.Path[3];
        if (!IsName(name))
        {
            problems.Add(new SettingProblem(
                AgentMcpKeys.Section,
                ComponentName.Shorten(name),
                $"names of servers are a-z, 0-9, '.', '_' and '-', begin with a letter or digit, are {MaxName} characters at most, "
                + $"and not {string.Join(" or ", Taken)}"));
            return options;
        }

        var server = Change(leaf, options.Mcp.GetValueOrDefault(name) ?? new McpOptions());
        return options with { Mcp = options.Mcp.SetItem(name, server) };
    }

    /// <summary>What contradicts itself, once everything has been read.</summary>
    public void Check(AgentOptions options)
    {
        if (options.Mcp.Count > McpOptions.MostServers)
            problems.Add(new SettingProblem(AgentMcpKeys.Section, null, $"at most {McpOptions.MostServers} servers, and there are {options.Mcp.Count}"));
        foreach (var (name, server) in options.Mcp)
        {
            var section = SectionOf(name);
            if (server.Command.Length > 0 == server.Url.Length > 0)
                problems.Add(new SettingProblem(section, null, "needs either a command or a url"));
            else if (server.Url.Length > 0 && server.Arguments.Count + server.Environment.Count > 0)
                problems.Add(new SettingProblem(section, null, $"{AgentMcpKeys.Arguments} and {AgentMcpKeys.Environment} need a command"));
            else if (server.Command.Length > 0 && server.Headers.Count > 0)
                problems.Add(new SettingProblem(section, null, $"{AgentMcpKeys.Headers} need a url"));
        }
    }

    private static string SectionOf(string name) => new HoconLeaf([SettingsReader.Section, "agent", "mcp", name], null, false).Key;

    private static bool IsName(string name) =>
        name.Length <= MaxName && ComponentName.DepthOf(name) == 0 && ComponentName.IsValid($"tools/{name}") && !Taken.Contains(name);

    private McpOptions Change(HoconLeaf leaf, McpOptions server)
    {
        var key = leaf.KeyFrom(4);
        if (AgentMcpKeys.Single.FirstOrDefault(setting => setting.Key == key) is { } single) return Apply(single, leaf, server);
        if (key == AgentMcpKeys.Arguments) return TakeArguments(leaf, server);
        if (leaf.Path.Count == 6 && leaf.Path[4] == AgentMcpKeys.Environment)
            return IsAllowed(leaf, AgentMcpKeys.IsVariable, AgentMcpKeys.IsVariableValue, "the name of a variable, and a text")
                ? server with { Environment = server.Environment.SetItem(leaf.Path[5], leaf.Value!) } : server;
        if (leaf.Path.Count == 6 && leaf.Path[4] == AgentMcpKeys.Headers)
            return IsAllowed(leaf, AgentMcpKeys.IsHeader, AgentMcpKeys.IsHeaderValue, "the name of a header, and a text of visible ASCII letters")
                ? server with { Headers = server.Headers.SetItem(leaf.Path[5], leaf.Value!.Trim()) } : server;
        var isSection = leaf.Value is null && (leaf.Path.Count == 4 || key is AgentMcpKeys.Environment or AgentMcpKeys.Headers);
        if (!isSection) problems.Add(UnknownKey.Problem(leaf.Key, [.. AgentMcpKeys.Known.Select(known => $"{SectionOf(leaf.Path[3])}.{known}")]));
        return server;
    }

    private McpOptions Apply(Setting<McpOptions> setting, HoconLeaf leaf, McpOptions server)
    {
        var change = leaf.IsList || leaf.Value is null ? null : setting.Read(leaf.Value.Trim());
        if (change is null)
            problems.Add(new SettingProblem(leaf.Key, AgentMcpKeys.Printable(setting.Key, leaf.Value ?? "{}"), $"allowed is {setting.Allowed}"));
        return change is null ? server : change(server);
    }

    private McpOptions TakeArguments(HoconLeaf leaf, McpOptions server)
    {
        if (leaf.IsList && listOf(leaf) is { } items && items.All(AgentMcpKeys.IsVariableValue)) return server with { Arguments = [.. items] };
        problems.Add(new SettingProblem(leaf.Key, null, "allowed is a list of texts, in square brackets"));
        return server;
    }

    private bool IsAllowed(HoconLeaf leaf, Func<string, bool> isName, Func<string, bool> isValue, string allowed)
    {
        var isAllowed = !leaf.IsList && leaf.Value is not null && isName(leaf.Path[5]) && isValue(leaf.Value);
        if (!isAllowed) problems.Add(new SettingProblem(leaf.Key, null, $"allowed is {allowed}"));
        return isAllowed;
    }
}
