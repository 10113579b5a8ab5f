namespace Kairos.Host.Journal;

/// <summary>Where a journal is read from.</summary>
internal static class JournalSource
{
    public const string StandardInput = "-";

    /// <summary>Opens a file, or standard input.</summary>
    /// <param name="argument">The argument that names it.</param>
    /// <param name="path">The file, or <see cref="StandardInput"/>.</param>
    /// <param name="input">Opens standard input.</param>
    /// <exception cref="SettingsException">It cannot be read.</exception>
    public static Stream Open(string argument, string path, Func<Stream> input)
    {
        if (path == StandardInput) return input();
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
