namespace Kairos.Host.Journal;

/// <summary>One line of a journal.</summary>
/// <param name="At">When; null for what happens as it is read.</param>
/// <param name="Message">What the component is told; null for the end of the journal.</param>
internal readonly record struct JournalEvent(JournalTime? At, IComponentMessage? Message)
{
    public bool IsEnd => Message is null;
}
