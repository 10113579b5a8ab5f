using System.Globalization;
using System.Text;
using Akka.Configuration;
using Kairos.Configuration;

namespace Kairos.Host.Configuration;

/// <summary>The configuration file: where it is, and what it says.</summary>
/// <param name="Path">Its path as people should see it, or null where there is none.</param>
/// <param name="Config">What it says; empty where there is none.</param>
internal sealed record ConfigFile(string? Path, Config Config)
{
    private const int MaxBytes = 1024 * 1024;

    /// <summary>Its text, where it can be read again; null for a pipe.</summary>
    public string? Text { get; init; }

    private static readonly string DefaultPath = System.IO.Path.Combine("config", "kairos.conf");

    /// <summary>Reads the file that was asked for, else the default one where it exists: in the working folder, or beside the program.</summary>
    public static ConfigFile Read(string? asked, Findings findings)
    {
        var path = asked ?? new[] { DefaultPath, System.IO.Path.Combine(AppContext.BaseDirectory, DefaultPath) }.FirstOrDefault(File.Exists);
        if (path is null) return new ConfigFile(null, Config.Empty);
        try
        {
            if (ReadText(path, out var isFile) is { } text) return new ConfigFile(path, Parse(path, text, findings)) { Text = isFile ? text : null };
            findings.Report(new SettingProblem("--config", path, $"a file of at most {MaxBytes} bytes"));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            findings.Report(new SettingProblem("--config", path, $"a file that can be read; {exception.Message}"));
        }

        return new ConfigFile(path, Config.Empty);
    }

    /// <summary>The text of a file, or null when it is too long, whatever length it claims to have.</summary>
    /// <param name="path">The file's path.</param>
    /// <param name="isFile">Whether it can be read again; a pipe cannot.</param>
    public static string? ReadText(string path, out bool isFile)
    {
        using var file = File.OpenRead(path);
        isFile = file.CanSeek;
        using var bytes = new MemoryStream();
        var buffer = new byte[16 * 1024];
        for (int count; bytes.Length <= MaxBytes && (count = file.Read(buffer)) > 0;) bytes.Write(buffer, 0, count);
        bytes.Position = 0;
        using var reader = new StreamReader(bytes);
        return bytes.Length > MaxBytes ? null : reader.ReadToEnd();
    }

    private static Config Parse(string path, string text, Findings findings)
    {
        var faults = HoconStructure.Check(text, out var readable);
        foreach (var fault in faults) findings.Report(new SettingProblem($"{path}:{fault.Line}", null, fault.Message));
        if (faults.Count > 0) return Config.Empty;
        try
        {
            var config = ConfigurationFactory.ParseString(readable);
            _ = HoconSource.Leaves(config, SettingsReader.Section); // what the parser leaves for later fails here
            return config;
        }
        catch (Exception)
        {
            // The parser throws whatever it stumbles over, with or without the text that it has read, which may be a secret.
            findings.Report(new SettingProblem(path, null, "not HOCON, or none that can be read here"));
            return Config.Empty;
        }
    }

    /// <summary>Not what it says, which may be secrets.</summary>
    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append(CultureInfo.InvariantCulture, $"Path = {Path}");
        return true;
    }
}
