using Kairos.Errors;

namespace Kairos.Configuration;

/// <summary>What was found while settings were read: all that is wrong, and for each key that was set the strongest source that set it.</summary>
internal sealed class Findings
{
    private readonly Dictionary<string, Written> _written = new(StringComparer.Ordinal);
    private readonly List<SettingProblem> _problems;

    public Findings()
        : this([])
    {
    }

    private Findings(List<SettingProblem> problems) => _problems = problems;

    /// <summary>The same problems, and others who set what.</summary>
    public Findings Aside() => new(_problems);

    /// <summary>All that is wrong, in the order in which it was found, each once.</summary>
    public IReadOnlyList<SettingProblem> Problems => _problems;

    public void Report(SettingProblem problem)
    {
        if (!_problems.Contains(problem)) _problems.Add(problem);
    }

    /// <summary>
    /// Tells of a key that is not known. Neither its value is repeated nor one in the place of a key: a misspelt key may well hold a secret.
    /// </summary>
    /// <param name="source">Where it stands.</param>
    /// <param name="written">The key.</param>
    /// <param name="known">The keys that it may have been meant to be, by their parts.</param>
    public void ReportUnknown(SettingsSource source, Written written, IEnumerable<IReadOnlyList<string>> known)
    {
        var key = written.KeyFrom(0);
        var names = known.DistinctBy(path => string.Join('.', path)).ToDictionary(path => string.Join('.', path), StringComparer.Ordinal);
        var isSection = key.Length == 0 || names.Keys.Any(name => name.StartsWith(key + ".", StringComparison.Ordinal));
        Report(new SettingProblem(
            Redaction.OfKey(written.Name),
            null,
            isSection ? $"allowed is {source.Section}" : $"unknown key; the nearest known one is {source.NameOf(names[NearestKey.Of(key, names.Keys)])}"));
    }

    /// <summary>Remembers who set a key; what is remembered last holds.</summary>
    public void Set(Written written) => _written[HoconSource.NameOf(written.Path)] = written;

    /// <summary>Remembers that code set a key.</summary>
    public void SetByCode(Setting setting) => Set(new Written(setting.Key.Split('.'), setting.FullKey, null, "code"));

    /// <summary>A full key as it was written: itself, or the variable that set it.</summary>
    public string NameOf(string key) => _written.GetValueOrDefault(key)?.Name ?? key;

    /// <summary>For each full key that was set: where.</summary>
    public IReadOnlyDictionary<string, string> Origins => _written.ToDictionary(pair => pair.Key, pair => pair.Value.Origin, StringComparer.Ordinal);

    /// <exception cref="SettingsException">Something is wrong.</exception>
    public void ThrowIfAny()
    {
        if (_problems.Count > 0) throw new SettingsException(_problems);
    }
}

/// <summary>Reads the keys of one table. It never stops at the first problem: all of them are told, each with its key as it was written, the value and what is allowed.</summary>
internal sealed class KeyReader<T>(IReadOnlyList<Setting<T>> table, Findings findings)
{
    private readonly Dictionary<string, Setting<T>> _table = table.ToDictionary(setting => setting.Key, StringComparer.Ordinal);

    /// <summary>Gives a record all that a source says of the table's keys. Sources are read from the weakest to the strongest, so that the strongest holds.</summary>
    public T Read(T holder, SettingsSource source, IEnumerable<IReadOnlyList<string>> known) => source.Values
        .Aggregate(holder, (current, written) => Read(source, written, written.KeyFrom(0), known) is { } change ? change(current) : current);

    /// <summary>The change that a value stands for; null where there is none, or a wrong one, which is told.</summary>
    /// <param name="source">Where it stands.</param>
    /// <param name="written">The value.</param>
    /// <param name="key">The key within the table.</param>
    /// <param name="known">The keys that an unknown one may have been meant to be.</param>
    public Func<T, T>? Read(SettingsSource source, Written written, string key, IEnumerable<IReadOnlyList<string>> known)
    {
        if (_table.TryGetValue(key, out var setting)) return Read(source, written, setting);
        if (written.Value is not null || (key.Length > 0 && !_table.Keys.Any(name => name.StartsWith(key + ".", StringComparison.Ordinal))))
            findings.ReportUnknown(source, written, known);
        return null;
    }

    private Func<T, T>? Read(SettingsSource source, Written written, Setting<T> setting)
    {
        if (written.Value is null && source.NothingIsUnset) return null;
        var text = written.IsList || written.Value is null ? null
            : written.Variable is { } variable ? variable.ToText(written.Value)
            : source.Translate(setting, written.Value.Trim());
        var change = text is null ? null : setting.Read(text.Trim());
        if (change is null) findings.Report(new SettingProblem(written.Name, setting.Printable(written.Value ?? "{}"), $"allowed is {setting.AllowedIn(written.Name)}"));
        else findings.Set(written);
        return change;
    }
}
