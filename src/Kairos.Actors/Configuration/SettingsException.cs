using Kairos.Errors;

namespace Kairos;

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

/// <summary>One thing that is wrong with the settings. Its text is one line: the key or variable, the value, what is allowed.</summary>
/// <param name="Key">The full key, or the name of the variable.</param>
/// <param name="Value">The value that was given, or null where none was.</param>
/// <param name="Allowed">What is allowed.</param>
public sealed record SettingProblem(string Key, string? Value, string Allowed)
{
    /// <inheritdoc/>
    public override string ToString() =>
        Redaction.OneLine(Value is null ? $"{Key}: {Allowed}" : $"{Key} = '{(Value.Length <= 80 ? Value : Value[..80] + "…")}': {Allowed}");
}
