using Kairos.Errors;

namespace Kairos.Host.Journal;

/// <summary>A line is not one of a journal; the message says what is wrong with it.</summary>
internal sealed class JournalException(string message) : Exception(Redaction.OneLine(message));
