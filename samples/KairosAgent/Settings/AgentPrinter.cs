namespace KairosAgent.Settings;

/// <summary>Lists what the agent is set up with, each with where it came from. Secrets are never in the list.</summary>
internal static class AgentPrinter
{
    public static IEnumerable<(string Key, string Value, string Origin)> List(AgentSettings settings)
    {
        var agent = settings.Agent;
        foreach (var key in AgentKeys.All) yield return Print($"{AgentKeys.Root}.{key.Key}", key.Write(agent) is { Length: > 0 } value ? key.Printable(value) : "");
        foreach (var (name, server) in agent.Mcp)
        {
            foreach (var (key, value) in McpKeys.Print(server)) yield return Print($"{HoconLeaf.KeyOf([AgentKeys.Root, "agent", "mcp", name])}.{key}", value);
        }

        (string, string, string) Print(string key, string value) => (key, value.Length == 0 ? "(none)" : value, settings.Origins.GetValueOrDefault(key) ?? "default");
    }
}
