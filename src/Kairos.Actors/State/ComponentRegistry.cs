using System.Collections.Concurrent;
using Akka.Actor;

namespace Kairos.State;

/// <summary>
/// All components that there are, by name, and those that were removed and whose actors linger. Thread-safe; the supervisor alone adds and
/// removes. It outlives the supervisor's crashes.
/// </summary>
internal sealed class ComponentRegistry(int capacity)
{
    private readonly CopyOnWriteMap<ComponentHandle> _handles = new();
    private readonly Queue<(ComponentHandle Handle, TimeSpan Until)> _retired = new();
    private long _lastNumber;
    private int _count;

    /// <summary>All handles; not to be changed.</summary>
    public ComponentHandle[] Handles => _handles.Items;

    /// <summary>The supervisor's own: whether there is room for one more.</summary>
    public bool HasRoom => _count < capacity;

    /// <summary>The supervisor's own: removed components whose actors still refuse what comes too late, the oldest first, and until when.</summary>
    public Queue<(ComponentHandle Handle, TimeSpan Until)> Retired => _retired;

    /// <summary>The supervisor's own: the actors of removed components that have been told to end, and how deep their names were.</summary>
    public Dictionary<IActorRef, int> Ending { get; } = [];

    /// <summary>The supervisor's own: a number that no component has had.</summary>
    public long NextNumber() => ++_lastNumber;

    /// <summary>What was published last, ordered by name.</summary>
    public IReadOnlyList<ComponentSnapshot> Snapshots() =>
        [.. Handles.Select(handle => handle.Snapshot).OrderBy(snapshot => snapshot.Component, StringComparer.Ordinal)];

    /// <summary>The handle of a component, or null.</summary>
    public ComponentHandle? Find(string name) => _handles.Find(name);

    /// <summary>Shows a component to everybody; its actor has been started.</summary>
    public void Add(ComponentHandle handle)
    {
        if (_handles.TryAdd(handle.Name, handle)) _count++;
    }

    /// <summary>Frees the name and the place of a component.</summary>
    public void Remove(ComponentHandle handle)
    {
        if (_handles.TryRemove(handle.Name, handle)) _count--;
    }
}

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
