using Kairos.Errors;

namespace Kairos.Host.Journal;

/// <summary>The lines of a journal that are wrong: the first of them are named, all are counted. Not thread-safe.</summary>
/// <param name="source">The journal's name.</param>
/// <param name="log">Where they are named.</param>
internal sealed class WrongLines(string source, TextWriter log)
{
    private const int MostShown = 20;

    /// <summary>How many there were so far.</summary>
    public long Count { get; private set; }

    public void Add(long line, string fault)
    {
        Count++;
        if (Count <= MostShown) log.WriteLine($"{source}:{line}: {fault}");
        if (Count == MostShown + 1) log.WriteLine("Further lines that are wrong are counted only.");
    }
}

/// <summary>A line is not one of a journal; the message says what is wrong with it.</summary>
internal sealed class JournalException(string message) : Exception(Redaction.OneLine(message));
