using Akka.Configuration;

namespace KairosAgent.Settings;

/// <summary>
/// The time limits of the agent's components, where the file gives none: Kairos has none by default, and a model or a tool that never
/// answers would hold a conversation up for ever. Whatever the file says beats them, for a component or for all.
/// </summary>
internal static class TimeLimits
{
    public static readonly IReadOnlyList<(string Component, string Key, string Value)> All =
    [
        ("llm", "call.attempt-timeout", "100s"),
        ("llm", "call.stream.max-gap", "60s"),
        ("tools", "call.attempt-timeout", "30s"),
    ];

    /// <summary>A turn lasts as long as its models and tools may: limits for all components are meant for each of these.</summary>
    private static readonly IEnumerable<(string Component, string Key, string Value)> OfTurns =
        from key in new[] { "deadline", "attempt-timeout", "stream.first-element", "stream.max-gap" } select (AgentKeys.Component, $"call.{key}", "infinite");

    /// <summary>What stands behind a file.</summary>
    public static Config Behind(Config file)
    {
        var missing = All.Where(limit => file.IsEmpty || !file.HasPath($"{AgentKeys.Root}.defaults.{limit.Key}"));
        var lines = missing.Concat(OfTurns).Select(limit => $"{AgentKeys.Root}.components.{limit.Component}.{limit.Key} = {limit.Value}");
        return ConfigurationFactory.ParseString(string.Join('\n', lines));
    }
}
