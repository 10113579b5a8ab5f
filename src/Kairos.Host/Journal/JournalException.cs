namespace Kairos.Host.Journal;

/// <summary>A line is not one of a journal; the message says what is wrong with it.</summary>
internal sealed class JournalException(string message) : Exception(OneLine(message))
{
    /// <summary>Whatever a line holds, what is said of it stays one line, and moves no terminal's cursor.</summary>
    private static string OneLine(string message) => string.Concat(message.Select(c => char.IsControl(c) ? ' ' : c));
}
