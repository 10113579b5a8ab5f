using System.Linq.Expressions;
using Microsoft.Extensions.VectorData;

namespace Kairos.Extensions.AI;

/// <summary>Makes guarded collections.</summary>
internal static class KairosVectorStoreCollection
{
    /// <summary>The collection under a guard; what it can do besides, it can do still.</summary>
    public static VectorStoreCollection<TKey, TRecord> Guard<TKey, TRecord>(VectorStoreCollection<TKey, TRecord> collection, MemoryGuard guard)
        where TKey : notnull
        where TRecord : class =>
        collection is IKeywordHybridSearchable<TRecord> hybrid
            ? new KairosHybridCollection<TKey, TRecord>(collection, hybrid, guard)
            : new KairosVectorStoreCollection<TKey, TRecord>(collection, guard);
}

/// <summary>A collection of a vector store under a guard.</summary>
internal class KairosVectorStoreCollection<TKey, TRecord>(VectorStoreCollection<TKey, TRecord> inner, MemoryGuard guard)
    : VectorStoreCollection<TKey, TRecord>
    where TKey : notnull
    where TRecord : class
{
    private const string Get = "get";
    protected const string Search = "search";
    private const string Upsert = "upsert";
    private const string Delete = "delete";

    public override string Name => inner.Name;

    /// <summary>Whether it exists is no reading that could be empty: who asks wants to create it.</summary>
    public override Task<bool> CollectionExistsAsync(CancellationToken cancellationToken = default) =>
        guard.AskAsync("exists", inner.CollectionExistsAsync, cancellationToken);

    public override Task EnsureCollectionExistsAsync(CancellationToken cancellationToken = default) =>
        guard.WriteAsync("create", true, inner.EnsureCollectionExistsAsync, cancellationToken);

    public override Task EnsureCollectionDeletedAsync(CancellationToken cancellationToken = default) =>
        guard.WriteAsync(Delete, true, inner.EnsureCollectionDeletedAsync, cancellationToken);

    public override Task<TRecord?> GetAsync(TKey key, RecordRetrievalOptions? options = null, CancellationToken cancellationToken = default) =>
        guard.ReadAsync(Get, token => new ValueTask<TRecord?>(inner.GetAsync(key, options, token)), null, cancellationToken);

    public override IAsyncEnumerable<TRecord> GetAsync(
        IEnumerable<TKey> keys, RecordRetrievalOptions? options = null, CancellationToken cancellationToken = default) =>
        guard.ReadManyAsync(Get, token => inner.GetAsync(keys, options, token), cancellationToken);

    public override IAsyncEnumerable<TRecord> GetAsync(
        Expression<Func<TRecord, bool>> filter, int top, FilteredRecordRetrievalOptions<TRecord>? options = null, CancellationToken cancellationToken = default) =>
        guard.ReadManyAsync(Get, token => inner.GetAsync(filter, top, options, token), cancellationToken);

    public override IAsyncEnumerable<VectorSearchResult<TRecord>> SearchAsync<TInput>(
        TInput searchValue, int top, VectorSearchOptions<TRecord>? options = null, CancellationToken cancellationToken = default) =>
        guard.ReadManyAsync(Search, token => inner.SearchAsync(searchValue, top, options, token), cancellationToken);

    public override Task UpsertAsync(TRecord record, CancellationToken cancellationToken = default) =>
        guard.WriteAsync(Upsert, false, token => inner.UpsertAsync(record, token), cancellationToken);

    public override Task UpsertAsync(IEnumerable<TRecord> records, CancellationToken cancellationToken = default) =>
        guard.WriteAsync(Upsert, false, token => inner.UpsertAsync(records, token), cancellationToken);

    public override Task DeleteAsync(TKey key, CancellationToken cancellationToken = default) =>
        guard.WriteAsync(Delete, true, token => inner.DeleteAsync(key, token), cancellationToken);

    public override Task DeleteAsync(IEnumerable<TKey> keys, CancellationToken cancellationToken = default) =>
        guard.WriteAsync(Delete, true, token => inner.DeleteAsync(keys, token), cancellationToken);

    public override object? GetService(Type serviceType, object? serviceKey = null) =>
        guard.ServiceOf(this, serviceType, serviceKey) ?? inner.GetService(serviceType, serviceKey);

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }
}
