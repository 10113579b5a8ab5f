using Kairos.Host.Configuration;
using Kairos.TestUtilities.Processes;

namespace Kairos.Host.Tests.Configuration;

/// <summary>Loads settings from a text and from variables, as the program loads them from a file and its environment.</summary>
internal static class Loading
{
    /// <summary>What stands for the path of the file in what is expected.</summary>
    public const string File = "FILE";

    public static EffectiveSettings Load(string hocon, params (string Name, string Value)[] variables)
    {
        using var folder = new TempFolder();
        return SettingsLoader.Load(folder.Write("kairos.conf", hocon), variables.ToDictionary(v => v.Name, v => v.Value));
    }

    /// <summary>The lines that tell what is wrong; none where nothing is.</summary>
    public static string[] Problems(string hocon, params (string Name, string Value)[] variables)
    {
        using var folder = new TempFolder();
        var path = folder.Write("kairos.conf", hocon);
        try
        {
            SettingsLoader.Load(path, variables.ToDictionary(v => v.Name, v => v.Value));
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
        var settings = SettingsLoader.Load(path, variables.ToDictionary(v => v.Name, v => v.Value));
        var shown = SettingsPrinter.List(settings).Single(setting => setting.Key == key);
        return (shown.Value, shown.Origin.Replace(path, File, StringComparison.Ordinal));
    }
}
