namespace Kairos.Extensions.AI;

/// <summary>An agent's memory under a guard.</summary>
internal sealed class KairosAgentMemory(IAgentMemory inner, MemoryGuard guard) : IAgentMemory
{
    private static readonly MemoryFindings Nothing = new([], IsDegraded: true);

    public Task<MemoryFindings> SearchAsync(string query, int top, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfLessThan(top, 1);
        return guard.ReadAsync("search", token => new ValueTask<MemoryFindings>(inner.SearchAsync(query, top, token)), Nothing, cancellationToken);
    }

    public Task StoreAsync(MemoryItem item, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(item);
        return guard.WriteAsync("store", true, token => inner.StoreAsync(item, token), cancellationToken); // its id makes it idempotent
    }
}
