using Kairos;
using Kairos.Extensions.AI;

namespace Microsoft.Extensions.VectorData;

/// <summary>Vector stores under Kairos' guards.</summary>
public static class KairosVectorStoreExtensions
{
    /// <summary>
    /// Guards a collection of a vector store. Readings give nothing, and say that they are degraded, while the store is not to be had, or throw,
    /// as the options have it; writings throw. Disposing it disposes the collection.
    /// </summary>
    /// <param name="collection">The collection.</param>
    /// <param name="kairos">The Kairos that guards it; it need not run yet.</param>
    /// <param name="component">The memory's component.</param>
    /// <param name="options">What is special about it; null for nothing.</param>
    /// <exception cref="ArgumentException">The name is not that of a component.</exception>
    public static VectorStoreCollection<TKey, TRecord> WithKairos<TKey, TRecord>(
        this VectorStoreCollection<TKey, TRecord> collection,
        IKairos kairos,
        string component = KairosMemoryExtensions.MemoryComponent,
        MemoryGuardOptions? options = null)
        where TKey : notnull
        where TRecord : class
    {
        ArgumentNullException.ThrowIfNull(collection);
        return KairosVectorStoreCollection.Guard(collection, KairosMemoryExtensions.GuardOf(kairos, component, options));
    }

    /// <summary>
    /// Guards a vector store: all collections that it gives are guarded as one component, since it is the store that fails. Disposing it
    /// disposes the store.
    /// </summary>
    /// <param name="store">The store.</param>
    /// <param name="kairos">The Kairos that guards it; it need not run yet.</param>
    /// <param name="component">The memory's component.</param>
    /// <param name="options">What is special about it; null for nothing.</param>
    /// <exception cref="ArgumentException">The name is not that of a component.</exception>
    public static VectorStore WithKairos(
        this VectorStore store, IKairos kairos, string component = KairosMemoryExtensions.MemoryComponent, MemoryGuardOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(store);
        return new KairosVectorStore(store, KairosMemoryExtensions.GuardOf(kairos, component, options));
    }
}
