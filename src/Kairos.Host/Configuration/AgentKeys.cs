using Kairos.Errors;
using Kairos.Host.Faults;
using Kairos.Hosting.Settings;
using Kairos.Telemetry.Configuration;

namespace Kairos.Host.Configuration;

/// <summary>One key of the agent: its place in the options, and its variable.</summary>
internal sealed record AgentKey(Setting<AgentOptions> Setting, Variable Own)
{
    /// <summary>Whether a value, right or wrong, is one that must never be printed.</summary>
    public Func<string, bool> IsSecret { get; init; } = _ => false;

    public string FullKey => $"{SettingsReader.Section}.{Setting.Key}";

    public string Printable(string value) => IsSecret(value) ? "***" : value;

    public string AllowedIn(string place) =>
        place.EndsWith("_SECONDS", StringComparison.Ordinal) ? "a number of seconds from 0.001 to 3600" : Setting.Allowed;
}

/// <summary>All keys of the agent and of the faults. The one place where they are listed.</summary>
internal static class AgentKeys
{
    /// <summary>The sections below <c>kairos</c> that these keys stand in.</summary>
    public static readonly IReadOnlyList<string> Sections = ["llm", "agent", "faults"];

    public const string FaultSection = $"{SettingsReader.Section}.faults";

    private static readonly TimeSpan Instant = TimeSpan.FromMilliseconds(1), Hour = TimeSpan.FromHours(1);

    private static readonly Dictionary<string, ErrorCode?> Codes = ErrorCodeNames.All.ToDictionary(
        name => name, name => ErrorCodeNames.TryParse(name, out var code) ? (ErrorCode?)code : null);

    public static IReadOnlyList<AgentKey> All { get; } =
    [
        .. OfModel("llm", "KAIROS_LLM", o => o.Model, (o, v) => o with { Model = v }),
        .. OfModel("llm.backup", "KAIROS_LLM_BACKUP", o => o.Backup, (o, v) => o with { Backup = v }),
        new(Text<AgentOptions>("agent.memory-file", "a file", value => value.Length > 0 && value.IndexOf('\0') < 0, o => o.MemoryFile, (o, v) => o with { MemoryFile = v }),
            new Variable("KAIROS_AGENT_MEMORY_FILE")),
        new(Setting.Duration<AgentOptions>("agent.http-fetch.timeout", Instant, Hour, o => o.Fetch.Timeout, (o, v) => o with { Fetch = o.Fetch with { Timeout = v } }),
            Variable.Seconds("KAIROS_AGENT_HTTP_FETCH_TIMEOUT_SECONDS")),
        new(Setting.Int<AgentOptions>("agent.http-fetch.max-bytes", 1, 16 * 1024 * 1024, o => o.Fetch.MaxBytes, (o, v) => o with { Fetch = o.Fetch with { MaxBytes = v } }),
            new Variable("KAIROS_AGENT_HTTP_FETCH_MAX_BYTES")),
        new(Setting.Bool<AgentOptions>("agent.http-fetch.allow-private", o => o.Fetch.AllowPrivate, (o, v) => o with { Fetch = o.Fetch with { AllowPrivate = v } }),
            new Variable("KAIROS_AGENT_HTTP_FETCH_ALLOW_PRIVATE")),
    ];

    public static Setting<AgentOptions> FaultSeed { get; } = new(
        "faults.seed",
        "a whole number",
        text => int.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var seed) ? options => options with { FaultSeed = seed } : null,
        options => options.FaultSeed?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "");

    /// <summary>The keys of one component's faults.</summary>
    public static IReadOnlyList<Setting<Fault>> OfFault { get; } =
    [
        Setting.Number<Fault>("error-rate", 0, 1, f => f.ErrorRate, (f, v) => f with { ErrorRate = v }),
        Setting.Choice<Fault, ErrorCode?>("code", Codes, f => f.Code, (f, v) => f with { Code = v }),
        new("latency", "a duration with its unit up to 1h, or two as min..max", ReadLatency, f => f.MinLatency == f.MaxLatency ? Durations.Write(f.MinLatency) : $"{Durations.Write(f.MinLatency)}..{Durations.Write(f.MaxLatency)}"),
        new("retry-after", "a duration with its unit up to 1h", text => TryRead(text, out var wait) ? fault => fault with { RetryAfter = wait } : null, f => f.RetryAfter is { } wait ? Durations.Write(wait) : ""),
    ];

    /// <summary>Every key, for those that are misspelt.</summary>
    public static IReadOnlyList<string> Known { get; } =
    [
        .. All.Select(key => key.FullKey),
        $"{FaultSection}.seed",
        .. OfFault.Select(key => $"{FaultSection}.<component>.{key.Key}"),
        .. AgentMcpKeys.Known.Select(key => $"{AgentMcpKeys.Section}.<name>.{key}"),
    ];

    /// <summary>What an address is, in words.</summary>
    public const string Address = "an http:// or https:// address (in a file: in quotes, because // begins a comment)";

    public static bool IsAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps);

    public static Setting<T> Text<T>(string key, string allowed, Func<string, bool> isAllowed, Func<T, string> get, Func<T, string, T> set) =>
        new(key, allowed, text => isAllowed(text) ? options => set(options, text) : null, get);

    private static IEnumerable<AgentKey> OfModel(
        string section, string variables, Func<AgentOptions, ModelOptions> get, Func<AgentOptions, ModelOptions, AgentOptions> set) =>
    [
        new(Text<AgentOptions>($"{section}.base-url", Address, IsAddress, o => get(o).BaseUrl, (o, v) => set(o, get(o) with { BaseUrl = v })),
            new Variable($"{variables}_BASE_URL")) { IsSecret = value => value.Contains('@', StringComparison.Ordinal) },
        new(Text<AgentOptions>($"{section}.model", "the name of a model", value => value.Length > 0, o => get(o).Name, (o, v) => set(o, get(o) with { Name = v })),
            new Variable($"{variables}_MODEL")),
        new(Text<AgentOptions>($"{section}.api-key", "a text of visible ASCII letters", IsHeader, o => get(o).ApiKey, (o, v) => set(o, get(o) with { ApiKey = v })),
            new Variable($"{variables}_API_KEY")) { IsSecret = _ => true },
    ];

    private static Func<Fault, Fault>? ReadLatency(string text)
    {
        var ends = text.Split("..");
        if (ends.Length > 2 || !TryRead(ends[0].Trim(), out var min) || !TryRead(ends[^1].Trim(), out var max) || max < min) return null;
        return fault => fault with { MinLatency = min, MaxLatency = max };
    }

    private static bool TryRead(string text, out TimeSpan value) => Durations.TryRead(text, out value) && value >= TimeSpan.Zero && value <= Hour;

    private static bool IsHeader(string text) => text.Length > 0 && text.All(letter => letter is > ' ' and <= '~');
}
