using Kairos;
using Kairos.TestUtilities.Processes;
using KairosAgent.Settings;

namespace KairosAgent.Tests.Settings;

/// <summary>Loads settings from a text and from variables, as the program loads them from a file and its environment.</summary>
internal static class Loading
{
    /// <summary>What stands for the path of the file in what is expected.</summary>
    public const string File = "FILE";

    public static AgentSettings Load(string hocon, params (string Name, string Value)[] variables)
    {
        using var folder = new TempFolder();
        return AgentSettings.Load(folder.Write("kairos.conf", hocon), variables.ToDictionary(v => v.Name, v => v.Value));
    }

    /// <summary>The lines that tell what is wrong; none where nothing is.</summary>
    public static string[] Problems(string hocon, params (string Name, string Value)[] variables)
    {
        using var folder = new TempFolder();
        var path = folder.Write("kairos.conf", hocon);
        try
        {
            AgentSettings.Load(path, variables.ToDictionary(v => v.Name, v => v.Value));
            return [];
        }
        catch (SettingsException exception)
        {
            return [.. exception.Problems.Select(problem => problem.ToString().Replace(path, File, StringComparison.Ordinal))];
        }
    }

    /// <summary>A setting as it is shown, and where it came from.</summary>
    public static (string Value, string Origin) Show(string key, string hocon, params (string Name, string Value)[] variables)
    {
        using var folder = new TempFolder();
        var path = folder.Write("kairos.conf", hocon);
        var settings = AgentSettings.Load(path, variables.ToDictionary(v => v.Name, v => v.Value));
        var (_, value, origin) = AgentPrinter.List(settings).Single(setting => setting.Key == key);
        return (value, origin.Replace(path, File, StringComparison.Ordinal));
    }
}
