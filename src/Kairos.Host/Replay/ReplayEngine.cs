using Kairos.Components;

namespace Kairos.Host.Replay;

/// <summary>A change of a component in virtual time.</summary>
internal readonly record struct ReplayedChange(string Component, ComponentChange Change)
{
    public TimeSpan At => Change.Circuit?.At ?? Change.Health!.At;
}

/// <summary>
/// Plays reports in virtual time, with the very machine that the actors use. The clock stops at every deadline of any component on its way,
/// so a change carries the moment of its deadline, and the same reports always give the same changes.
/// </summary>
internal sealed class ReplayEngine(KairosSettings settings, Action<ReplayedChange> told)
{
    private readonly SortedDictionary<string, Component> _components = new(StringComparer.Ordinal);

    /// <summary>The virtual time.</summary>
    public TimeSpan Now { get; private set; }

    /// <summary>The components that were named so far, and their parents, by name.</summary>
    public IEnumerable<(string Name, ComponentState State)> Components => _components.Select(pair => (pair.Key, pair.Value.State));

    /// <summary>Lets time pass up to a moment, deadlines at that moment included.</summary>
    public void AdvanceTo(TimeSpan moment)
    {
        while (NextDeadline() is { } next && next.Deadline <= moment)
        {
            Now = next.Deadline > Now ? next.Deadline : Now;
            Apply(next.Component, ComponentInput.Tick);
        }

        Now = moment > Now ? moment : Now;
    }

    /// <summary>Tells a component something at the current time.</summary>
    public void Tell(IComponentMessage message)
    {
        var component = Require(message.Component);
        Apply(component, ComponentProtocol.InputOf(message, component.Settings.Breaker));
    }

    private (TimeSpan Deadline, Component Component)? NextDeadline()
    {
        (TimeSpan Deadline, Component Component)? next = null;
        foreach (var component in _components.Values)
        {
            if (component.State.NextDeadline(component.Settings.Health) is { } deadline && (next is null || deadline < next.Value.Deadline))
                next = (deadline, component);
        }

        return next;
    }

    private void Apply(Component component, in ComponentInput input)
    {
        var decision = ComponentMachine.Apply(component.Settings, component.State, input, Now);
        component.State = decision.State;
        foreach (var change in decision.Changes)
        {
            told(new ReplayedChange(component.Name, change));
            if (change.Health is { } health && ComponentName.ParentOf(component.Name) is { } parent)
                Apply(Require(parent), ComponentInput.OfChild(component.Name, 0, health.To));
        }
    }

    private Component Require(string name)
    {
        if (_components.TryGetValue(name, out var known)) return known;
        if (ComponentName.ParentOf(name) is { } parent) Require(parent);
        return _components[name] = new Component(name, settings.For(name), ComponentState.Initial(Now, Seed(name)));
    }

    /// <summary>The jitter of a replay depends on the name alone (FNV-1a, Fowler, Noll, Vo).</summary>
    private static ulong Seed(string name) => name.Aggregate(14695981039346656037UL, (hash, c) => (hash ^ c) * 1099511628211UL);

    private sealed class Component(string name, ComponentSettings settings, ComponentState state)
    {
        public string Name { get; } = name;

        public ComponentSettings Settings { get; } = settings;

        public ComponentState State { get; set; } = state;
    }
}

/// <summary>How a replay is shown: as lines for programs, or as a table for people.</summary>
internal interface IReplayOutput
{
    /// <summary>Shows one change, as it happens.</summary>
    void Write(ReplayedChange change);

    /// <summary>Shows how it ended.</summary>
    void WriteFinal(ReplayEngine engine);
}
