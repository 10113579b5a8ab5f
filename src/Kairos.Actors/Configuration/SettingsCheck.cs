namespace Kairos.Configuration;

/// <summary>Checks the settings of a component that were set in code by the table that a file goes through. Pure.</summary>
internal static class SettingsCheck
{
    /// <summary>The section of a component, as it would be written.</summary>
    public static string SectionOf(string component) => new HoconLeaf([SettingsReader.Section, "components", component], null, false).Key;

    /// <summary>All that is wrong; nothing where nothing is.</summary>
    /// <param name="section">The section that problems are told to be in.</param>
    /// <param name="settings">The settings.</param>
    public static IEnumerable<SettingProblem> ProblemsOf(string section, ComponentSettings settings)
    {
        foreach (var setting in ComponentKeys.All)
        {
            var value = setting.Write(settings);
            if (setting.Read(value) is null) yield return new SettingProblem($"{section}.{setting.Key}", value, $"allowed is {setting.Allowed}");
        }

        foreach (var (key, allowed) in ComponentKeys.Contradictions(settings))
            yield return new SettingProblem($"{section}.{key}", ComponentKeys.All.Single(setting => setting.Key == key).Write(settings), $"allowed is {allowed}");
    }
}
