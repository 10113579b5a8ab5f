using System.Collections.Concurrent;

namespace Kairos.Components;

/// <summary>All components that there are, by name. Thread-safe; components are added and removed by actors only.</summary>
internal sealed class ComponentRegistry(int capacity)
{
    private readonly Roster<ComponentCell> _cells = new();
    private readonly ConcurrentDictionary<ComponentCell, bool> _leaving = new();
    private int _count;
    private long _removals;

    /// <summary>All cells; not to be changed.</summary>
    public ComponentCell[] Cells => _cells.Items;

    /// <summary>All cells, and those of removed components whose actors have not stopped yet.</summary>
    public IEnumerable<ComponentCell> CellsWithLeaving => Cells.Concat(_leaving.Select(pair => pair.Key));

    /// <summary>Grows with every component that is removed, and again when its actor has stopped and told all that it had to pass on.</summary>
    public long Removals => Interlocked.Read(ref _removals);

    /// <summary>What was published last, ordered by name.</summary>
    public IReadOnlyList<ComponentSnapshot> Snapshots() =>
        [.. Cells.Select(cell => cell.Snapshot).OrderBy(snapshot => snapshot.Component, StringComparer.Ordinal)];

    /// <summary>The cell of a component, or null.</summary>
    public ComponentCell? Find(string name) => _cells.Find(name);

    /// <summary>Adds a component, unless there is no room for it.</summary>
    public bool TryAdd(ComponentCell cell)
    {
        if (Interlocked.Increment(ref _count) <= capacity && _cells.TryAdd(cell.Name, cell)) return true;
        Interlocked.Decrement(ref _count);
        return false;
    }

    /// <summary>Frees the name and the place of a component whose actor still has to pass on what it was told.</summary>
    public void Remove(ComponentCell cell)
    {
        _leaving.TryAdd(cell, default);
        Interlocked.Increment(ref _removals);
        if (_cells.TryRemove(cell.Name, cell)) Interlocked.Decrement(ref _count);
    }

    /// <summary>The actor of a removed component has stopped.</summary>
    public void Forget(ComponentCell cell)
    {
        if (_leaving.TryRemove(cell, out _)) Interlocked.Increment(ref _removals);
    }
}
