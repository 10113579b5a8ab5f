using Kairos.Components;
using Kairos.Host.Faults;
using Kairos.Hosting.Settings;

namespace Kairos.Host.Configuration;

/// <summary>
/// Reads what the agent is set up with, and the faults, strongest first: variables; the file; defaults. All problems are collected.
/// </summary>
/// <param name="variable">The environment; null for what is not set.</param>
/// <param name="leaves">What is written below <see cref="AgentKeys.Sections"/>.</param>
/// <param name="problems">Where problems go.</param>
/// <param name="origins">Where it is noted which variable set a key.</param>
/// <param name="listOf">What a list holds; null where a part of it is no text.</param>
internal sealed class AgentReader(
    Func<string, string?> variable,
    IReadOnlyList<HoconLeaf> leaves,
    List<SettingProblem> problems,
    Dictionary<string, string> origins,
    Func<HoconLeaf, IReadOnlyList<string>?> listOf)
{
    private readonly AgentMcpReader _mcp = new(problems, listOf);

    /// <summary>Whether a leaf is one of the agent's.</summary>
    public static bool IsMine(HoconLeaf leaf) => leaf.Path.Count > 1 && AgentKeys.Sections.Contains(leaf.Path[1]);

    /// <summary>Reads everything. The options hold only if no problem was added.</summary>
    public AgentOptions Read()
    {
        var before = problems.Count;
        var options = AgentOptions.Default;
        foreach (var leaf in leaves) options = Take(leaf, options);
        foreach (var key in AgentKeys.All) options = TakeVariable(key, options);
        if (problems.Count == before) ReportContradictions(options);
        return options;
    }

    private AgentOptions Take(HoconLeaf leaf, AgentOptions options)
    {
        if (AgentMcpReader.IsMine(leaf)) return _mcp.Take(leaf, options);
        if (leaf.Path[1] == "faults" && leaf.Path.Count > 3) return TakeFault(leaf, options);
        if (leaf.Key == $"{AgentKeys.FaultSection}.seed") return Apply(AgentKeys.FaultSeed, leaf, value => value, options);
        if (AgentKeys.All.FirstOrDefault(key => key.FullKey == leaf.Key) is { } known) return Apply(known.Setting, leaf, known.Printable, options);
        var isSection = leaf.Value is null && (leaf.Path[1] == "faults" || AgentKeys.Known.Any(key => key.StartsWith(leaf.Key + ".", StringComparison.Ordinal)));
        if (!isSection) problems.Add(UnknownKey.Problem(leaf.Key, AgentKeys.Known));
        return options;
    }

    private AgentOptions TakeFault(HoconLeaf leaf, AgentOptions options)
    {
        var component = leaf.Path[2];
        if (!ComponentName.IsValid(component))
        {
            problems.Add(new SettingProblem(AgentKeys.FaultSection, ComponentName.Shorten(component), $"names are {ComponentName.Allowed}"));
            return options;
        }

        var setting = AgentKeys.OfFault.FirstOrDefault(setting => setting.Key == leaf.KeyFrom(3));
        if (setting is null)
        {
            var section = new HoconLeaf([.. leaf.Path.Take(3)], null, false).Key;
            problems.Add(UnknownKey.Problem(leaf.Key, [.. AgentKeys.OfFault.Select(known => $"{section}.{known.Key}")]));
            return options;
        }

        var fault = Apply(setting, leaf, value => value, options.Faults.GetValueOrDefault(component) ?? new Fault());
        return options with { Faults = options.Faults.SetItem(component, fault) };
    }

    private T Apply<T>(Setting<T> setting, HoconLeaf leaf, Func<string, string> printable, T options)
    {
        var change = leaf.IsList || leaf.Value is null ? null : setting.Read(leaf.Value.Trim());
        if (change is null) problems.Add(new SettingProblem(leaf.Key, printable(leaf.Value ?? "{}"), $"allowed is {setting.Allowed}"));
        return change is null ? options : change(options);
    }

    private AgentOptions TakeVariable(AgentKey key, AgentOptions options)
    {
        if (variable(key.Own.Name) is not { } written) return options;
        var change = key.Own.ToText(written) is { } text ? key.Setting.Read(text.Trim()) : null;
        if (change is null)
        {
            problems.Add(new SettingProblem(key.Own.Name, key.Printable(written), $"allowed is {key.AllowedIn(key.Own.Name)}"));
            return options;
        }

        origins[key.FullKey] = $"variable {key.Own.Name}";
        return change(options);
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
