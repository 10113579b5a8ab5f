using System.Text.Json;
using Kairos.Errors;
using Kairos.Hosting.Settings;

namespace Kairos.Host.Configuration;

/// <summary>All keys of an MCP server, which stand in <c>kairos.agent.mcp.&lt;name&gt;</c>.</summary>
internal static class AgentMcpKeys
{
    public const string Section = $"{SettingsReader.Section}.agent.mcp";

    /// <summary>The keys below which names of the user's own stand; the values are secrets.</summary>
    public const string Headers = "headers", Environment = "env";

    public const string Arguments = "arguments";

    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(100), Longest = TimeSpan.FromMinutes(10);

    /// <summary>The keys with one value.</summary>
    public static IReadOnlyList<Setting<McpOptions>> Single { get; } =
    [
        AgentKeys.Text<McpOptions>("command", "a program", value => value.Length > 0 && IsVariableValue(value), o => o.Command, (o, v) => o with { Command = v }),
        AgentKeys.Text<McpOptions>("url", AgentKeys.Address, AgentKeys.IsAddress, o => o.Url, (o, v) => o with { Url = v }),
        Setting.Duration<McpOptions>("startup-timeout", Shortest, Longest, o => o.StartupTimeout, (o, v) => o with { StartupTimeout = v }),
        Setting.Int<McpOptions>("max-message-bytes", 1024, 1024 * 1024 * 1024, o => o.MaxMessageBytes, (o, v) => o with { MaxMessageBytes = v }),
        Setting.Bool<McpOptions>("error-results-are-failures", o => o.ErrorResultsAreFailures, (o, v) => o with { ErrorResultsAreFailures = v }),
    ];

    /// <summary>Every key, below a server's name.</summary>
    public static IReadOnlyList<string> Known { get; } = [.. Single.Select(key => key.Key), Arguments, $"{Environment}.<name>", $"{Headers}.<name>"];

    /// <summary>An address may carry credentials, before its host or among its parameters.</summary>
    public static string Printable(string key, string value) => key == "url" && value.AsSpan().IndexOfAny('@', '?') >= 0 ? "***" : value;

    /// <summary>The effective settings of one server, without its secrets.</summary>
    public static IEnumerable<(string Key, string Value)> Print(McpOptions server)
    {
        foreach (var key in Single) yield return (key.Key, Printable(key.Key, key.Write(server)));
        if (server.Arguments.Count > 0) yield return (Arguments, $"[{string.Join(", ", server.Arguments.Select(Quoted))}]");
        foreach (var name in server.Environment.Keys) yield return ($"{Environment}.{NameOf(name)}", "***");
        foreach (var name in server.Headers.Keys) yield return ($"{Headers}.{NameOf(name)}", "***");
    }

    public static bool IsVariable(string name) => name.Length > 0 && name.AsSpan().IndexOfAny('=', '\0') < 0;

    public static bool IsVariableValue(string value) => value.IndexOf('\0') < 0;

    public static bool IsHeader(string name) =>
        name.Length > 0 && name.All(letter => char.IsAsciiLetterOrDigit(letter) || "!#$%&'*+-.^_`|~".Contains(letter));

    public static bool IsHeaderValue(string value) => value.Length > 0 && value.All(letter => letter is >= ' ' and <= '~');

    private static string Quoted(string argument) => JsonSerializer.Serialize(Redaction.Of(argument), Relaxed);

    private static string NameOf(string name) => new HoconLeaf([name], null, false).Key;

    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
