using System.Collections.Concurrent;

namespace Kairos.State;

/// <summary>
/// Things by name that are looked up all the time, gone through now and then, and seldom added or removed. Thread-safe. Who goes through
/// them has an array in the order in which they were added, which is about that in which they lie in memory.
/// </summary>
internal sealed class CopyOnWriteMap<T>
    where T : class
{
    private readonly ConcurrentDictionary<string, T> _byName = new(StringComparer.Ordinal);
    private readonly List<T> _all = [];
    private readonly Lock _gate = new();
    private volatile T[]? _copy = [];

    /// <summary>All of them; not to be changed.</summary>
    public T[] Items => _copy ?? Copy();

    public T? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>Adds one, unless the name is taken.</summary>
    public bool TryAdd(string name, T item)
    {
        lock (_gate)
        {
            if (!_byName.TryAdd(name, item)) return false;
            _all.Add(item);
            _copy = null;
            return true;
        }
    }

    /// <summary>Removes one, if it is this that has the name.</summary>
    public bool TryRemove(string name, T item)
    {
        lock (_gate)
        {
            if (!_byName.TryRemove(KeyValuePair.Create(name, item))) return false;
            _all.Remove(item);
            _copy = null;
            return true;
        }
    }

    private T[] Copy()
    {
        lock (_gate) return _copy ??= [.. _all];
    }
}
