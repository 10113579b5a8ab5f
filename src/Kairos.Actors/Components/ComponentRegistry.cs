using System.Collections.Concurrent;

namespace Kairos.Components;

/// <summary>All components that there are, by name. Thread-safe; components are added and removed by actors only.</summary>
internal sealed class ComponentRegistry(int capacity)
{
    private readonly ConcurrentDictionary<string, ComponentCell> _cells = new(StringComparer.Ordinal);
    private int _count;

    /// <summary>All cells, in no order.</summary>
    public IEnumerable<ComponentCell> Cells => _cells.Select(pair => pair.Value);

    /// <summary>What was published last, ordered by name.</summary>
    public IReadOnlyList<ComponentSnapshot> Snapshots() =>
        [.. Cells.Select(cell => cell.Snapshot).OrderBy(snapshot => snapshot.Component, StringComparer.Ordinal)];

    /// <summary>The cell of a component, or null.</summary>
    public ComponentCell? Find(string name) => _cells.GetValueOrDefault(name);

    /// <summary>Adds a component, unless there is no room for it.</summary>
    public bool TryAdd(ComponentCell cell)
    {
        if (Interlocked.Increment(ref _count) <= capacity && _cells.TryAdd(cell.Name, cell)) return true;
        Interlocked.Decrement(ref _count);
        return false;
    }

    public void Remove(ComponentCell cell)
    {
        if (_cells.TryRemove(KeyValuePair.Create(cell.Name, cell))) Interlocked.Decrement(ref _count);
    }
}
