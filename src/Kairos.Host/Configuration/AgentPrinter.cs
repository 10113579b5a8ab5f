using Kairos.Errors;
using Kairos.Hosting.Settings;

namespace Kairos.Host.Configuration;

/// <summary>Lists what the agent is set up with, each with where it came from. Secrets are never in the list.</summary>
internal static class AgentPrinter
{
    private const string Default = "default";

    public static IEnumerable<PrintedSetting> List(EffectiveSettings settings)
    {
        foreach (var key in AgentKeys.All)
            yield return Print(settings, key.FullKey, key.Setting.Write(settings.Agent) is { Length: > 0 } value ? key.Printable(value) : "");
        foreach (var (name, server) in settings.Agent.Mcp)
        {
            foreach (var (key, value) in AgentMcpKeys.Print(server)) yield return Print(settings, $"{KeyOf("agent", "mcp", name)}.{key}", value);
        }

        if (settings.Agent.FaultSeed is not null)
            yield return Print(settings, $"{AgentKeys.FaultSection}.seed", AgentKeys.FaultSeed.Write(settings.Agent));
        foreach (var (component, fault) in settings.Agent.Faults)
        {
            foreach (var key in AgentKeys.OfFault)
            {
                var value = key.Key == "code" ? fault.CodeFor(component).ToWireName() : key.Write(fault);
                yield return Print(settings, $"{KeyOf("faults", component)}.{key.Key}", value);
            }
        }
    }

    private static PrintedSetting Print(EffectiveSettings settings, string key, string value) =>
        new(key, value.Length == 0 ? "(none)" : value, settings.Origins.GetValueOrDefault(key) ?? Default);

    private static string KeyOf(params string[] path) => new HoconLeaf([SettingsReader.Section, .. path], null, false).Key;
}
