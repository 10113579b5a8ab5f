namespace KairosAgent.Settings;

/// <summary>All keys of the agent, beneath <c>kairos</c>. The one place where they are listed.</summary>
internal static class AgentKeys
{
    public const string Root = "kairos";

    /// <summary>The component of the agent itself: a turn is a call of it.</summary>
    public const string Component = "agent";

    /// <summary>The sections that these keys stand in. Kairos itself knows none of them.</summary>
    public static readonly IReadOnlyList<string> Sections = ["llm", "agent"];

    /// <summary>What an address is, in words.</summary>
    public const string Address = "an http:// or https:// address (in a file: in quotes, because // begins a comment)";

    private static readonly TimeSpan Instant = TimeSpan.FromMilliseconds(1), Hour = TimeSpan.FromHours(1);

    public static IReadOnlyList<Setting<AgentOptions>> All { get; } =
    [
        .. OfModel("llm", "KAIROS_LLM", o => o.Model, (o, v) => o with { Model = v }),
        .. OfModel("llm.backup", "KAIROS_LLM_BACKUP", o => o.Backup, (o, v) => o with { Backup = v }),
        Setting.Text<AgentOptions>("agent.memory-file", "a file", value => value.Length > 0 && value.IndexOf('\0') < 0, o => o.MemoryFile, (o, v) => o with { MemoryFile = v })
            with { Variable = "KAIROS_AGENT_MEMORY_FILE" },
        Setting.Duration<AgentOptions>("agent.http-fetch.timeout", Instant, Hour, o => o.Fetch.Timeout, (o, v) => o with { Fetch = o.Fetch with { Timeout = v } })
            with { Variable = "KAIROS_AGENT_HTTP_FETCH_TIMEOUT_SECONDS" },
        Setting.Int<AgentOptions>("agent.http-fetch.max-bytes", 1, 16 * 1024 * 1024, o => o.Fetch.MaxBytes, (o, v) => o with { Fetch = o.Fetch with { MaxBytes = v } })
            with { Variable = "KAIROS_AGENT_HTTP_FETCH_MAX_BYTES" },
        Setting.Bool<AgentOptions>("agent.http-fetch.allow-private", o => o.Fetch.AllowPrivate, (o, v) => o with { Fetch = o.Fetch with { AllowPrivate = v } })
            with { Variable = "KAIROS_AGENT_HTTP_FETCH_ALLOW_PRIVATE" },
    ];

    public static bool IsAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps);

    /// <summary>An address may carry credentials, before its host or among its parameters.</summary>
    public static bool MayHoldSecret(string address) => address.AsSpan().IndexOfAny('@', '?') >= 0;

    private static IEnumerable<Setting<AgentOptions>> OfModel(
        string section, string variables, Func<AgentOptions, ModelOptions> get, Func<AgentOptions, ModelOptions, AgentOptions> set) =>
    [
        Setting.Text<AgentOptions>($"{section}.base-url", Address, IsAddress, o => get(o).BaseUrl, (o, v) => set(o, get(o) with { BaseUrl = v }))
            with { Variable = $"{variables}_BASE_URL", MayBeSecret = MayHoldSecret },
        Setting.Text<AgentOptions>($"{section}.model", "the name of a model", value => value.Length > 0, o => get(o).Name, (o, v) => set(o, get(o) with { Name = v }))
            with { Variable = $"{variables}_MODEL" },
        Setting.Text<AgentOptions>($"{section}.api-key", "a text of visible ASCII letters", IsHeader, o => get(o).ApiKey, (o, v) => set(o, get(o) with { ApiKey = v }))
            with { Variable = $"{variables}_API_KEY", MayBeSecret = _ => true },
    ];

    private static bool IsHeader(string text) => text.Length > 0 && text.All(letter => letter is > ' ' and <= '~');
}
