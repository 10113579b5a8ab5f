using System.Runtime.InteropServices;
using Akka.Actor;

namespace Kairos.Components;

/// <summary>
/// Messages for components that callers cannot tell directly yet. They go by way of the actors above, which create what is missing; the direct
/// way opens only when none of them is still under way, because what is told next would overtake it. Thread-safe; of no concern to a component
/// whose route is open.
/// </summary>
internal sealed class FirstUses
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _underWay = new(StringComparer.Ordinal);

    /// <summary>Whom to tell what: the supervisor a <see cref="FirstUse"/>, or the component itself if its route has been opened meanwhile.</summary>
    public (IActorRef Target, IComponentMessage Message) Address(IComponentMessage message, ComponentRegistry registry, IActorRef supervisor)
    {
        lock (_gate)
        {
            if (registry.Find(message.Component)?.Route is { } route) return (route, message);
            _underWay[message.Component] = _underWay.GetValueOrDefault(message.Component) + 1;
            return (supervisor, new FirstUse(message));
        }
    }

    /// <summary>A message has reached its component's mailbox, or was refused.</summary>
    public void Arrived(FirstUse use, ComponentCell? cell)
    {
        lock (_gate)
        {
            if (--CollectionsMarshal.GetValueRefOrAddDefault(_underWay, use.Component, out _) > 0) return;
            _underWay.Remove(use.Component);
            cell?.Route = cell.Actor;
        }
    }

    /// <summary>A component's actor was started.</summary>
    public void Started(ComponentCell cell)
    {
        lock (_gate)
        {
            if (cell.Route is not null || !_underWay.ContainsKey(cell.Name)) cell.Route = cell.Actor;
        }
    }
}

/// <summary>A message on its way to a component that was not there when it was told.</summary>
internal sealed record FirstUse(IComponentMessage Message) : IComponentMessage
{
    public string Component => Message.Component;
}
