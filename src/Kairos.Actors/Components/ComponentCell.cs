using Akka.Actor;
using Kairos.Breaking;

namespace Kairos.Components;

/// <summary>
/// Where a component's actor meets everybody else, and what outlives a crash of that actor. The actor alone writes; all other threads read
/// what is marked as shared.
/// </summary>
internal sealed class ComponentCell
{
    // Written by the actor only. A snapshot is immutable, and a reference is written at once; volatile gives readers on other threads
    // a picture that is whole (release on write, acquire on read), though perhaps not the newest.
    private volatile ComponentSnapshot _snapshot;
    private volatile IActorRef? _actor;
    private volatile IActorRef? _route;
    private volatile bool _isRetired;
    private readonly Lock _timesGate = new();
    private TimeInStates _timesRead;

    public ComponentCell(string name, ComponentSettings settings, ulong seed, MonotonicClock clock)
    {
        Name = name;
        Settings = settings;
        State = ComponentState.Initial(clock.Now, seed);
        _snapshot = new ComponentSnapshot(name, State, settings, clock);
    }

    /// <summary>Shared: the component's name.</summary>
    public string Name { get; }

    /// <summary>Shared: what was published last.</summary>
    public ComponentSnapshot Snapshot
    {
        get => _snapshot;
        set => _snapshot = value;
    }

    /// <summary>Shared: the actor that has the component; null until its parent has created it.</summary>
    public IActorRef? Actor
    {
        get => _actor;
        set => _actor = value;
    }

    /// <summary>Shared: whom callers tell; null until everything that they told by way of the supervisor has been passed on.</summary>
    public IActorRef? Route
    {
        get => _route;
        set => _route = value;
    }

    /// <summary>Shared: whether the component was removed.</summary>
    public bool IsRetired
    {
        get => _isRetired;
        set => _isRetired = value;
    }

    /// <summary>
    /// Shared: time spent in each state, as of now. A reader may credit the old state for the microseconds between the moment of a transition
    /// and its publication; a counter must not shrink for that, so what was read once is the floor of what is read next.
    /// </summary>
    public TimeInStates ReadTimes()
    {
        lock (_timesGate) return _timesRead = TimeInStates.Max(_timesRead, _snapshot.TimeInStates());
    }

    /// <summary>The actor's own: what it decided last.</summary>
    public ComponentState State { get; set; }

    /// <summary>The actor's own: the settings in force.</summary>
    public ComponentSettings Settings { get; set; }

    /// <summary>The actor's own: who is told its events.</summary>
    public HashSet<IActorRef> Subscribers { get; } = [];
}
