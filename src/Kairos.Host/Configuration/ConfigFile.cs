using Akka.Configuration;
using Kairos.Hosting.Settings;

namespace Kairos.Host.Configuration;

/// <summary>The configuration file: where it is, and what it says.</summary>
/// <param name="Path">Its path as people should see it, or null where there is none.</param>
/// <param name="Config">What it says; empty where there is none.</param>
internal sealed record ConfigFile(string? Path, Config Config)
{
    private const int MaxBytes = 1024 * 1024;
    private static readonly string DefaultPath = System.IO.Path.Combine("config", "kairos.conf");

    /// <summary>Reads the file that was asked for, else the default one where it exists: in the working folder, or beside the program.</summary>
    public static ConfigFile Read(string? asked, List<SettingProblem> problems)
    {
        var path = asked ?? new[] { DefaultPath, System.IO.Path.Combine(AppContext.BaseDirectory, DefaultPath) }.FirstOrDefault(File.Exists);
        if (path is null) return new ConfigFile(null, Config.Empty);
        try
        {
            if (ReadText(path) is { } text) return new ConfigFile(path, Parse(path, text, problems));
            problems.Add(new SettingProblem("--config", path, $"a file of at most {MaxBytes} bytes"));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            problems.Add(new SettingProblem("--config", path, $"a file that can be read; {exception.Message}"));
        }

        return new ConfigFile(path, Config.Empty);
    }

    /// <summary>The text of a file, or null when it is too long, whatever length it claims to have.</summary>
    private static string? ReadText(string path)
    {
        using var file = File.OpenRead(path);
        var bytes = new byte[MaxBytes + 1];
        var length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        using var reader = new StreamReader(new MemoryStream(bytes, 0, length));
        return length > MaxBytes ? null : reader.ReadToEnd();
    }

    private static Config Parse(string path, string text, List<SettingProblem> problems)
    {
        var faults = HoconStructure.Check(text, out var readable);
        problems.AddRange(faults.Select(fault => new SettingProblem($"{path}:{fault.Line}", null, fault.Message)));
        if (faults.Count > 0) return Config.Empty;
        try
        {
            var config = ConfigurationFactory.ParseString(readable);
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
