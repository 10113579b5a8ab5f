using Microsoft.Extensions.VectorData;

namespace Kairos.Extensions.AI;

/// <summary>A guarded collection that can be searched by vectors and words at once.</summary>
internal sealed class KairosHybridCollection<TKey, TRecord>(
    VectorStoreCollection<TKey, TRecord> inner, IKeywordHybridSearchable<TRecord> hybrid, MemoryGuard guard)
    : KairosVectorStoreCollection<TKey, TRecord>(inner, guard), IKeywordHybridSearchable<TRecord>
    where TKey : notnull
    where TRecord : class
{
    private readonly MemoryGuard _guard = guard;

    public IAsyncEnumerable<VectorSearchResult<TRecord>> HybridSearchAsync<TInput>(
        TInput searchValue,
        ICollection<string> keywords,
        int top,
        HybridSearchOptions<TRecord>? options = null,
        CancellationToken cancellationToken = default)
        where TInput : notnull =>
        _guard.ReadManyAsync(Search, token => hybrid.HybridSearchAsync(searchValue, keywords, top, options, token), cancellationToken);
}
