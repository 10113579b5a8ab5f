using Akka.Configuration;
using Kairos.Hosting.Settings;

namespace Kairos.Host.Configuration;

/// <summary>
/// The time limits of the agent's components, where the file gives none: the library has no limits by default, and a model or a tool that never
/// answers would hold a conversation up for ever. Whatever the file says beats them, for a component or for all.
/// </summary>
internal static class AgentDefaults
{
    public static readonly IReadOnlyList<(string Component, string Key, string Value)> All =
    [
        ("llm", "call.attempt-timeout", "100s"),
        ("llm", "call.stream.max-gap", "60s"),
        ("tools", "call.attempt-timeout", "30s"),
    ];

    /// <summary>What stands behind a file.</summary>
    /// <param name="leaves">What the file says.</param>
    public static Config Behind(IReadOnlyList<HoconLeaf> leaves)
    {
        var written = leaves.Select(leaf => leaf.Key).ToHashSet(StringComparer.Ordinal);
        var missing = All.Where(limit => !written.Contains($"{SettingsReader.Section}.defaults.{limit.Key}"));
        var lines = missing.Select(limit => $"{SettingsReader.Section}.components.{limit.Component}.{limit.Key} = {limit.Value}");
        return ConfigurationFactory.ParseString(string.Join('\n', lines));
    }
}
