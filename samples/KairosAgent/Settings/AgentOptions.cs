using System.Collections.Immutable;

namespace KairosAgent.Settings;

/// <summary>What the agent is set up with. Immutable.</summary>
internal sealed record AgentOptions
{
    public static readonly AgentOptions Default = new();

    /// <summary>The model that is asked; without an endpoint the offline one.</summary>
    public ModelOptions Model { get; init; } = new();

    /// <summary>The model that stands in for it; without an endpoint none does.</summary>
    public ModelOptions Backup { get; init; } = new();

    /// <summary>The SQLite file that holds what is remembered.</summary>
    public string MemoryFile { get; init; } = Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "kairos", "memory.db");

    /// <summary>How the agent fetches pages.</summary>
    public FetchOptions Fetch { get; init; } = new();

    /// <summary>The MCP servers whose tools the agent has, by name.</summary>
    public ImmutableSortedDictionary<string, McpOptions> Mcp { get; init; } = ImmutableSortedDictionary.Create<string, McpOptions>(StringComparer.Ordinal);
}

/// <summary>A model behind an endpoint. Immutable.</summary>
internal sealed record ModelOptions
{
    /// <summary>The OpenAI-compatible endpoint; empty for none.</summary>
    public string BaseUrl { get; init; } = "";

    /// <summary>The model that the endpoint is asked for.</summary>
    public string Name { get; init; } = "";

    /// <summary>The endpoint's key. A secret.</summary>
    public string ApiKey { get; init; } = "";

    /// <summary>Whether there is such a model.</summary>
    public bool IsGiven => BaseUrl.Length > 0;

    /// <summary>Without the key.</summary>
    public override string ToString() => $"{Name} behind an endpoint";
}

/// <summary>The limits of fetching pages. Immutable.</summary>
internal sealed record FetchOptions
{
    /// <summary>How long one page may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How much of a page is read, in bytes.</summary>
    public int MaxBytes { get; init; } = 64 * 1024;

    /// <summary>Whether this machine and private networks may be asked.</summary>
    public bool AllowPrivate { get; init; }
}
