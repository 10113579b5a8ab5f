namespace KairosAgent.Settings;

/// <summary>All keys of an MCP server, which stand in <c>kairos.agent.mcp.&lt;name&gt;</c>.</summary>
internal static class McpKeys
{
    public const string Section = $"{AgentKeys.Root}.agent.mcp";

    /// <summary>The keys below which names of the user's own stand; the values are secrets.</summary>
    public const string Headers = "headers", Environment = "env";

    public const string Arguments = "arguments";

    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(100), Longest = TimeSpan.FromMinutes(10);

    /// <summary>The keys with one value.</summary>
    public static IReadOnlyList<Setting<McpOptions>> Single { get; } =
    [
        Setting.Text<McpOptions>("command", "a program", value => value.Length > 0 && IsVariableValue(value), o => o.Command, (o, v) => o with { Command = v }),
        Setting.Text<McpOptions>("url", AgentKeys.Address, AgentKeys.IsAddress, o => o.Url, (o, v) => o with { Url = v }) with { MayBeSecret = AgentKeys.MayHoldSecret },
        Setting.Duration<McpOptions>("startup-timeout", Shortest, Longest, o => o.StartupTimeout, (o, v) => o with { StartupTimeout = v }),
        Setting.Int<McpOptions>("max-message-bytes", 1024, 1024 * 1024 * 1024, o => o.MaxMessageBytes, (o, v) => o with { MaxMessageBytes = v }),
        Setting.Int<McpOptions>("max-tools", 1, 10_000, o => o.MaxTools, (o, v) => o with { MaxTools = v }),
        Setting.Bool<McpOptions>("error-results-are-failures", o => o.ErrorResultsAreFailures, (o, v) => o with { ErrorResultsAreFailures = v }),
    ];

    /// <summary>Every key, below a server's name.</summary>
    public static IReadOnlyList<string> Known { get; } = [.. Single.Select(key => key.Key), Arguments, $"{Environment}.<name>", $"{Headers}.<name>"];

    /// <summary>The settings of one server, without its secrets: arguments may hold some, though they should not.</summary>
    public static IEnumerable<(string Key, string Value)> Print(McpOptions server)
    {
        foreach (var key in Single) yield return (key.Key, key.Printable(key.Write(server)));
        if (server.Arguments.Count > 0) yield return (Arguments, $"[{string.Join(", ", Enumerable.Repeat("***", server.Arguments.Count))}]");
        foreach (var name in server.Environment.Keys) yield return (HoconLeaf.KeyOf([Environment, name]), "***");
        foreach (var name in server.Headers.Keys) yield return (HoconLeaf.KeyOf([Headers, name]), "***");
    }

    public static bool IsVariable(string name) => name.Length > 0 && name.AsSpan().IndexOfAny('=', '\0') < 0;

    public static bool IsVariableValue(string value) => value.IndexOf('\0') < 0;

    public static bool IsHeader(string name) =>
        name.Length > 0 && name.All(letter => char.IsAsciiLetterOrDigit(letter) || "!#$%&'*+-.^_`|~".Contains(letter));

    public static bool IsHeaderValue(string value) => value.Length > 0 && value.All(letter => letter is >= ' ' and <= '~');
}
