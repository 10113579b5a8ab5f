using Akka.Configuration;
using Kairos.Hosting.Settings;

namespace Kairos.Host.Configuration;

/// <summary>The configuration file: where it is, and what it says.</summary>
/// <param name="Path">Its path as people should see it, or null where there is none.</param>
/// <param name="Config">What it says; empty where there is none.</param>
internal sealed record ConfigFile(string? Path, Config Config)
{
    private const long MaxBytes = 1024 * 1024;
    private static readonly string DefaultPath = System.IO.Path.Combine("config", "kairos.conf");

    /// <summary>Reads the file that was asked for, else the default one where it exists: in the working folder, or beside the program.</summary>
    public static ConfigFile Read(string? asked, List<SettingProblem> problems)
    {
        var path = asked ?? new[] { DefaultPath, System.IO.Path.Combine(AppContext.BaseDirectory, DefaultPath) }.FirstOrDefault(File.Exists);
        if (path is null) return new ConfigFile(null, Config.Empty);
        try
        {
            var info = new FileInfo(path);
            if (info.Exists && info.Length > MaxBytes)
                problems.Add(new SettingProblem("--config", path, $"a file of at most {MaxBytes} bytes; this one has {info.Length}"));
            else
                return new ConfigFile(path, Parse(path, File.ReadAllText(path), problems));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            problems.Add(new SettingProblem("--config", path, $"a file that can be read; {exception.Message}"));
        }

        return new ConfigFile(path, Config.Empty);
    }

    private static Config Parse(string path, string text, List<SettingProblem> problems)
    {
        var faults = HoconStructure.Check(text);
        problems.AddRange(faults.Select(fault => new SettingProblem($"{path}:{fault.Line}", null, fault.Message)));
        if (faults.Count > 0) return Config.Empty;
        try
        {
            var config = ConfigurationFactory.ParseString(text);
            _ = HoconTree.Leaves(config, SettingsReader.Section); // what the parser leaves for later fails here
            return config;
        }
        catch (Exception exception)
        {
            // The parser throws whatever it stumbles over; to its user all of that is text that is not HOCON.
            problems.Add(new SettingProblem(path, null, $"not HOCON: {FirstLine(exception.Message)}"));
            return Config.Empty;
        }
    }

    private static string FirstLine(string text) => text.Split('\n')[0].Trim();
}
