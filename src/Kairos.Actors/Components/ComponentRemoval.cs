using Akka.Actor;
using static Kairos.Components.ComponentEvents;
using static Kairos.Components.ComponentProtocol;

namespace Kairos.Components;

/// <summary>
/// The end of a component that was removed: its children leave first, and its name is free only when all have been told; what is told to it
/// meanwhile is for the component that comes after it. Used by its actor only.
/// </summary>
internal sealed class ComponentRemoval(
    IActorContext context, KairosRuntime runtime, ComponentCell cell, ComponentChildren children, ComponentVoice voice)
{
    /// <summary>Whether a message is not for this component: it is for one below, or this one is leaving.</summary>
    public bool Concerns(IComponentMessage message) => cell.IsRetired || message.Component != cell.Name;

    /// <summary>Passes such a message on to whom it is for.</summary>
    public void PassOn(IComponentMessage message, IActorRef sender)
    {
        if (!cell.IsRetired) children.Deliver(message, sender);
        else if (runtime.Registry.Find(cell.Name) == cell) (cell.ForTheNext ??= []).Add((message, sender));
        else context.Parent.Tell(message, sender);
    }

    /// <summary>The component is to leave.</summary>
    public void Begin()
    {
        cell.IsRetired = true;
        LeaveWhenAlone();
    }

    /// <summary>Leaves, if that is to be and no child is left.</summary>
    public void LeaveWhenAlone()
    {
        if (!cell.IsRetired || runtime.Registry.Find(cell.Name) != cell) return;
        children.RemoveAll();
        if (children.Any) return; // the last one to stop brings this back
        voice.Tell(new ComponentRemoved(cell.Name));
        runtime.Registry.Remove(cell);
        if (ComponentName.ParentOf(cell.Name) is not null) context.Parent.Tell(new ChildLeft(cell.Name));
        foreach (var (message, sender) in cell.ForTheNext ?? []) context.Parent.Tell(message, sender);
        context.Self.Tell(PoisonPill.Instance); // behind what was told meanwhile, which is passed on
    }
}
