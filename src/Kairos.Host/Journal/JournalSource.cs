using Kairos.Hosting.Settings;
using Kairos.Telemetry.Export;

namespace Kairos.Host.Journal;

/// <summary>Where a journal is read from.</summary>
internal static class JournalSource
{
    public const string StandardInput = "-";

    /// <summary>Opens a file, or standard input.</summary>
    /// <param name="argument">The argument that names it.</param>
    /// <param name="path">The file, or <see cref="StandardInput"/>.</param>
    /// <exception cref="SettingsException">It cannot be read.</exception>
    public static Stream Open(string argument, string path)
    {
        if (path == StandardInput) return StandardStreams.Input();
        try
        {
            return File.OpenRead(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new SettingsException([new SettingProblem(argument, path, $"a file that can be read; {exception.Message}")]);
        }
    }
}
