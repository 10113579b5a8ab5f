using Microsoft.Extensions.VectorData;

namespace Kairos.Extensions.AI;

/// <summary>A vector store under a guard, and with it all of its collections: what fails is the store.</summary>
internal sealed class KairosVectorStore(VectorStore inner, MemoryGuard guard) : VectorStore
{
    public override VectorStoreCollection<TKey, TRecord> GetCollection<TKey, TRecord>(string name, VectorStoreCollectionDefinition? definition = null) =>
        KairosVectorStoreCollection.Guard(inner.GetCollection<TKey, TRecord>(name, definition), guard);

    public override VectorStoreCollection<object, Dictionary<string, object?>> GetDynamicCollection(string name, VectorStoreCollectionDefinition definition) =>
        KairosVectorStoreCollection.Guard(inner.GetDynamicCollection(name, definition), guard);

    /// <summary>No reading that could be empty: who asks wants to create what is not there.</summary>
    public override IAsyncEnumerable<string> ListCollectionNamesAsync(CancellationToken cancellationToken = default) =>
        guard.ListAsync("list", inner.ListCollectionNamesAsync, cancellationToken);

    /// <summary>No reading that could be empty, either.</summary>
    public override Task<bool> CollectionExistsAsync(string name, CancellationToken cancellationToken = default) =>
        guard.AskAsync("exists", token => inner.CollectionExistsAsync(name, token), cancellationToken);

    public override Task EnsureCollectionDeletedAsync(string name, CancellationToken cancellationToken = default) =>
        guard.WriteAsync("delete", true, token => inner.EnsureCollectionDeletedAsync(name, token), cancellationToken);

    public override object? GetService(Type serviceType, object? serviceKey = null) =>
        guard.ServiceOf(this, serviceType, serviceKey) ?? inner.GetService(serviceType, serviceKey);

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }
}
