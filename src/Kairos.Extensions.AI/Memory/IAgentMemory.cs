namespace Kairos;

/// <summary>What an agent needs of a memory, whatever stores it. Implementations heed their tokens, and are thread-safe.</summary>
public interface IAgentMemory
{
    /// <summary>Finds what fits a query, the best first.</summary>
    /// <param name="query">What to look for.</param>
    /// <param name="top">How many at most; at least 1.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    Task<MemoryFindings> SearchAsync(string query, int top, CancellationToken cancellationToken = default);

    /// <summary>Stores an item; one with the id of another replaces it.</summary>
    /// <param name="item">The item.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    Task StoreAsync(MemoryItem item, CancellationToken cancellationToken = default);
}

/// <summary>Something remembered. Immutable.</summary>
/// <param name="Id">What tells it from others.</param>
/// <param name="Text">What is remembered.</param>
public sealed record MemoryItem(string Id, string Text);

/// <summary>What a search has found. Immutable.</summary>
/// <param name="Items">The items, the best first.</param>
/// <param name="IsDegraded">Whether the memory could not be asked, so that nothing found means nothing.</param>
public sealed record MemoryFindings(IReadOnlyList<MemoryItem> Items, bool IsDegraded = false);
