using Akka.Configuration;
using Kairos;

namespace KairosAgent.Settings;

/// <summary>The configuration file: where it is, and what it says.</summary>
/// <param name="Path">Its path as people should see it, or null where there is none.</param>
/// <param name="Config">What it says; empty where there is none.</param>
internal sealed record ConfigFile(string? Path, Config Config)
{
    public const string DefaultName = "kairos.conf";

    private const int MaxBytes = 1024 * 1024;

    /// <summary>Without what it says, which may be secret.</summary>
    public override string ToString() => Path ?? "no file";

    /// <summary>Reads the file that was asked for, else the default one where it exists: in the working folder, or beside the program.</summary>
    public static ConfigFile Read(string? asked, List<SettingProblem> problems)
    {
        var path = asked ?? new[] { DefaultName, System.IO.Path.Combine(AppContext.BaseDirectory, DefaultName) }.FirstOrDefault(File.Exists);
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
        if (HoconText.FaultIn(text, out var readable) is var (line, fault))
        {
            problems.Add(new SettingProblem($"{path}:{line}", null, fault));
            return Config.Empty;
        }

        try
        {
            var config = ConfigurationFactory.ParseString(readable);
            foreach (var section in AgentKeys.Sections) _ = HoconLeaf.Of(config, section).Count(); // what the parser leaves for later fails here
            return config;
        }
        catch (Exception)
        {
            // The parser throws whatever it stumbles over, with parts of the text, which may be secret.
            problems.Add(new SettingProblem(path, null, "it is not HOCON; text with signs such as : = / belongs in quotes, and include is not supported"));
            return Config.Empty;
        }
    }
}
