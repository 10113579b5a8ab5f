using System.Collections.Concurrent;
using Akka.Actor;

namespace Kairos.State;

/// <summary>
/// All components that there are, by name, and those that were removed and whose actors linger. Thread-safe; the supervisor alone adds and
/// removes. It outlives the supervisor's crashes.
/// </summary>
internal sealed class ComponentRegistry(int capacity)
{
    private readonly ConcurrentDictionary<string, ComponentHandle> _byName = new(StringComparer.Ordinal);
    private readonly List<ComponentHandle> _all = [];
    private readonly Lock _lock = new();
    private volatile ComponentHandle[]? _copy = [];
    private long _lastNumber;

    /// <summary>All handles, not to be changed: in the order in which they were added, which is about that in which they lie in memory.</summary>
    public ComponentHandle[] Handles => _copy ?? Copy();

    /// <summary>The supervisor's own: whether there is room for one more.</summary>
    public bool HasRoom => _all.Count < capacity;

    /// <summary>The supervisor's own: removed components whose actors still refuse what comes too late, the oldest first, and until when.</summary>
    public Queue<(ComponentHandle Handle, TimeSpan Until)> Retired { get; } = new();

    /// <summary>The supervisor's own: the actors of removed components that have been told to end, and how deep their names were.</summary>
    public Dictionary<IActorRef, int> Ending { get; } = [];

    /// <summary>The supervisor's own: a number that no component has had.</summary>
    public long NextNumber() => ++_lastNumber;

    /// <summary>What was published last, ordered by name.</summary>
    public IReadOnlyList<ComponentSnapshot> Snapshots() =>
        [.. Handles.Select(handle => handle.Snapshot).OrderBy(snapshot => snapshot.Component, StringComparer.Ordinal)];

    public ComponentHandle? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>Shows a component to everybody; its actor has been started.</summary>
    public void Add(ComponentHandle handle)
    {
        lock (_lock)
        {
            if (!_byName.TryAdd(handle.Name, handle)) return;
            _all.Add(handle);
            _copy = null;
        }
    }

    /// <summary>Frees the name of a component, if it is this one that has the name.</summary>
    public void Remove(ComponentHandle handle)
    {
        lock (_lock)
        {
            if (!_byName.TryRemove(KeyValuePair.Create(handle.Name, handle))) return;
            _all.Remove(handle);
            _copy = null;
        }
    }

    private ComponentHandle[] Copy()
    {
        lock (_lock) return _copy ??= [.. _all];
    }
}
