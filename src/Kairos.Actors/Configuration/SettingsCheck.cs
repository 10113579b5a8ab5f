namespace Kairos.Configuration;

/// <summary>Checks settings that were made in code by the table that a file goes through. Pure.</summary>
internal static class SettingsCheck
{
    /// <summary>The section of a component, as it would be written.</summary>
    public static string SectionOf(string component) => HoconSource.NameOf("components", component);

    /// <summary>All that is wrong with what components are set to, from the start or later.</summary>
    public static IReadOnlyList<SettingProblem> ProblemsOf(KairosSettings settings)
    {
        var whole = SettingsReader.Keys.Where(setting => setting.Read(setting.Write(settings)) is null)
            .Select(setting => new SettingProblem(setting.FullKey, setting.Write(settings), $"allowed is {setting.Allowed}"));
        List<SettingProblem> problems = [.. whole, .. settings.Prices.SelectMany(price => ProblemsOf(price.Key, price.Value)), .. ProblemsOf($"{SettingsReader.Section}.defaults", settings.Defaults)];
        if (problems.Count == 0) // every component would repeat them
            problems.AddRange(settings.Components.SelectMany(name => ProblemsOf(SectionOf(name), settings.For(name))));
        return problems;
    }

    private static IEnumerable<SettingProblem> ProblemsOf(string model, ModelPrice price) =>
        from setting in ModelPrice.Keys
        let value = setting.Write(price)
        where setting.Read(value) is null
        select new SettingProblem(HoconSource.NameOf("prices", model, setting.Key), value, $"allowed is {setting.Allowed}");

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
