using System.Collections.Immutable;

namespace KairosAgent.Settings;

/// <summary>One MCP server: a program that is started, or an address. Immutable.</summary>
internal sealed record McpOptions
{
    /// <summary>How many servers there may be.</summary>
    public const int MostServers = 16;

    private static readonly ImmutableSortedDictionary<string, string> Nothing = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>The program; empty for a server with an address.</summary>
    public string Command { get; init; } = "";

    /// <summary>What the program is started with.</summary>
    public ImmutableList<string> Arguments { get; init; } = [];

    /// <summary>Variables of the program besides those of this one. Their values are secrets.</summary>
    public ImmutableSortedDictionary<string, string> Environment { get; init; } = Nothing;

    /// <summary>The address of a server that speaks streamable HTTP; empty for a program.</summary>
    public string Url { get; init; } = "";

    /// <summary>What every request to that address carries. The values are secrets.</summary>
    public ImmutableSortedDictionary<string, string> Headers { get; init; } = Nothing;

    /// <summary>How long it may take until its tools are known.</summary>
    public TimeSpan StartupTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The most that one of its messages or answers, and its whole list of tools, may hold, in bytes. A program that writes more is ended.</summary>
    public int MaxMessageBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>How many tools it may list, and on how many pages.</summary>
    public int MaxTools { get; init; } = 1000;

    /// <summary>Whether a result that says <c>isError</c> counts as a failure of the tool.</summary>
    public bool ErrorResultsAreFailures { get; init; } = true;

    /// <summary>What must be printed nowhere.</summary>
    public IEnumerable<string> Secrets => Environment.Values.Concat(Headers.Values);

    /// <summary>Without what must be printed nowhere.</summary>
    public override string ToString() => Command.Length > 0 ? "a program" : "an address";
}
