namespace Kairos.Components;

/// <summary>
/// All components that there are, by name, and those that were removed and whose actors linger. Thread-safe; the supervisor alone adds and
/// removes. It outlives the supervisor's crashes.
/// </summary>
internal sealed class ComponentRegistry(int capacity)
{
    private readonly Roster<ComponentCell> _cells = new();
    private readonly Queue<(ComponentCell Cell, TimeSpan Until)> _retired = new();
    private long _lastNumber;
    private int _count;

    /// <summary>All cells; not to be changed.</summary>
    public ComponentCell[] Cells => _cells.Items;

    /// <summary>The supervisor's own: whether there is room for one more.</summary>
    public bool HasRoom => _count < capacity;

    /// <summary>The supervisor's own: removed components whose actors still refuse what comes too late, the oldest first, and until when.</summary>
    public Queue<(ComponentCell Cell, TimeSpan Until)> Retired => _retired;

    /// <summary>The supervisor's own: a number that no component has had.</summary>
    public long NextNumber() => ++_lastNumber;

    /// <summary>What was published last, ordered by name.</summary>
    public IReadOnlyList<ComponentSnapshot> Snapshots() =>
        [.. Cells.Select(cell => cell.Snapshot).OrderBy(snapshot => snapshot.Component, StringComparer.Ordinal)];

    /// <summary>The cell of a component, or null.</summary>
    public ComponentCell? Find(string name) => _cells.Find(name);

    /// <summary>Shows a component to everybody; its actor has been started.</summary>
    public void Add(ComponentCell cell)
    {
        if (_cells.TryAdd(cell.Name, cell)) _count++;
    }

    /// <summary>Frees the name and the place of a component.</summary>
    public void Remove(ComponentCell cell)
    {
        if (_cells.TryRemove(cell.Name, cell)) _count--;
    }
}
