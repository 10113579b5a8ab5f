namespace Kairos.Configuration;

/// <summary>One value as somebody wrote it.</summary>
/// <param name="Path">The key's parts below <c>kairos</c>, as the table has them. They are kept apart, because a component's name may hold dots.</param>
/// <param name="Name">The key as it was written, or the name of the variable.</param>
/// <param name="Value">Its text; null for an empty section.</param>
/// <param name="Origin">Where it stands, for people.</param>
internal sealed record Written(IReadOnlyList<string> Path, string Name, string? Value, string Origin)
{
    /// <summary>Whether it is a list.</summary>
    public bool IsList { get; init; }

    /// <summary>The variable that it was written in; null for others.</summary>
    public Variable? Variable { get; init; }

    /// <summary>The key from a place in the path on.</summary>
    public string KeyFrom(int index) => string.Join('.', Path.Skip(index));
}

/// <summary>Where settings are written: all that is written there, and how a key is written there.</summary>
/// <param name="Values">What is written.</param>
/// <param name="NameOf">How a key is written, given its parts below <c>kairos</c>.</param>
internal sealed record SettingsSource(IReadOnlyList<Written> Values, Func<IReadOnlyList<string>, string> NameOf)
{
    /// <summary>The text that a key reads, of what is written here.</summary>
    public Func<Setting, string, string> Translate { get; init; } = (_, value) => value;

    /// <summary>What stands here in the place of a section, in words.</summary>
    public string Section { get; init; } = "a section, in braces";

    /// <summary>Whether nothing in the place of a value is as if the key were not there.</summary>
    public bool NothingIsUnset { get; init; }

    /// <summary>The variables that stand for the keys of a table.</summary>
    /// <param name="table">The keys.</param>
    /// <param name="variablesOf">The variables of a key, the weakest first.</param>
    /// <param name="signal">The signal whose own variables are meant.</param>
    /// <param name="variable">The environment; null for what is not set.</param>
    public static SettingsSource OfVariables(
        IEnumerable<Setting> table, Func<Setting, IEnumerable<Variable>> variablesOf, string signal, Func<string, string?> variable) => new(
        [
            .. from setting in table
               from candidate in variablesOf(setting)
               let name = candidate.NameFor(signal)
               let value = variable(name)
               where value is not null
               select new Written(setting.Key.Split('.'), name, value, $"variable {name}") { Variable = candidate },
        ],
        HoconSource.NameOf);
}
