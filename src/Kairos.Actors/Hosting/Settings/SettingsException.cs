namespace Kairos.Hosting.Settings;

/// <summary>The settings are wrong. Thrown before anything is started, with all problems at once.</summary>
public sealed class SettingsException : Exception
{
    /// <summary>All that is wrong.</summary>
    public SettingsException(IReadOnlyList<SettingProblem> problems)
        : base("The settings of Kairos are wrong:" + string.Concat(problems.Select(problem => Environment.NewLine + "  " + problem)))
        => Problems = problems;

    /// <summary>What is wrong, one entry for each value.</summary>
    public IReadOnlyList<SettingProblem> Problems { get; }
}
