using Akka.Configuration;
using Kairos;

namespace KairosAgent.Settings;

/// <summary>
/// Reads what the agent is set up with, strongest first: variables; the file; defaults. All problems are collected. None of them
/// repeats a key that is not known, nor a value that may be a secret: where a sign is forgotten, a secret stands where a key should.
/// </summary>
/// <param name="variable">The environment; null for what is not set.</param>
/// <param name="problems">Where problems go.</param>
/// <param name="origins">Where it is noted what set a key.</param>
internal sealed class AgentReader(Func<string, string?> variable, List<SettingProblem> problems, Dictionary<string, string> origins)
{
    private readonly McpReader _mcp = new(problems);

    /// <summary>Reads everything. The options hold only if no problem was added.</summary>
    /// <param name="config">What the file says.</param>
    /// <param name="file">How the file is called.</param>
    public AgentOptions Read(Config config, string file)
    {
        var before = problems.Count;
        var options = AgentOptions.Default;
        foreach (var leaf in AgentKeys.Sections.SelectMany(section => HoconLeaf.Of(config, section)))
        {
            options = Take(leaf, options);
            origins[leaf.Key] = file;
        }

        foreach (var key in AgentKeys.All) options = TakeVariable(key, options);
        if (problems.Count == before) ReportContradictions(options);
        return options;
    }

    private AgentOptions Take(HoconLeaf leaf, AgentOptions options)
    {
        if (McpReader.IsMine(leaf)) return _mcp.Take(leaf, options);
        var key = leaf.KeyFrom(1);
        if (AgentKeys.All.FirstOrDefault(known => known.Key == key) is { } setting) return Apply(setting, leaf, options);
        if (!leaf.IsSection || !IsSection(key)) problems.Add(Unknown(leaf.Path, [.. AgentKeys.All.Select(known => known.Key), "agent.mcp.<name>"]));
        return options;
    }

    private T Apply<T>(Setting<T> setting, HoconLeaf leaf, T options)
    {
        var change = leaf.Value is null ? null : setting.Read(leaf.Value.Trim());
        if (change is null) problems.Add(new SettingProblem(leaf.Key, leaf.Value is null ? null : setting.Printable(leaf.Value), $"allowed is {setting.Allowed}"));
        return change is null ? options : change(options);
    }

    private AgentOptions TakeVariable(Setting<AgentOptions> key, AgentOptions options)
    {
        if (variable(key.Variable) is not { } written) return options;
        var isSeconds = key.Variable.EndsWith("_SECONDS", StringComparison.Ordinal);
        if (key.Read(isSeconds ? written.Trim() + "s" : written.Trim()) is { } change)
        {
            origins[$"{AgentKeys.Root}.{key.Key}"] = $"variable {key.Variable}";
            return change(options);
        }

        problems.Add(new SettingProblem(key.Variable, key.Printable(written), $"allowed is {(isSeconds ? "a number of seconds from 0.001 to 3600" : key.Allowed)}"));
        return options;
    }

    private static bool IsSection(string key) => key == "agent.mcp" || AgentKeys.All.Any(known => known.Key.StartsWith(key + ".", StringComparison.Ordinal));

    /// <summary>Names the nearest section that is known, or the key that has no section beneath it, and what may stand there.</summary>
    private static SettingProblem Unknown(IReadOnlyList<string> path, IReadOnlyList<string> known)
    {
        var place = Enumerable.Range(1, path.Count - 1).Select(count => string.Join('.', path.Skip(1).Take(count))).TakeWhile(key => known.Any(
            candidate => candidate == key || candidate.StartsWith(key + ".", StringComparison.Ordinal))).Last();
        var full = $"{AgentKeys.Root}.{place}";
        if (known.Contains(place)) return new SettingProblem(full, null, "holds a section; allowed is one value");
        if (place == string.Join('.', path.Skip(1))) return new SettingProblem(full, null, "allowed is a section, in braces");
        var allowed = known.Where(key => key.StartsWith(place + ".", StringComparison.Ordinal)).Select(key => key[(place.Length + 1)..]);
        return new SettingProblem(full, null, $"holds an unknown key; known are {string.Join(", ", allowed)}");
    }

    private void ReportContradictions(AgentOptions options)
    {
        ReportContradictions("kairos.llm", "KAIROS_LLM", options.Model);
        ReportContradictions("kairos.llm.backup", "KAIROS_LLM_BACKUP", options.Backup);
        if (options.Backup.IsGiven && !options.Model.IsGiven)
            problems.Add(new SettingProblem("kairos.llm.base-url", null, "kairos.llm.backup needs an endpoint to stand in for (KAIROS_LLM_BASE_URL)"));
        _mcp.Check(options);
    }

    private void ReportContradictions(string section, string variables, ModelOptions model)
    {
        if (model.IsGiven && model.Name.Length == 0)
            problems.Add(new SettingProblem($"{section}.model", null, $"{section}.base-url needs the name of a model ({variables}_MODEL)"));
        if (!model.IsGiven && model.Name.Length + model.ApiKey.Length > 0)
            problems.Add(new SettingProblem($"{section}.base-url", null, $"{section}.model and .api-key need an endpoint ({variables}_BASE_URL)"));
    }
}
