using Akka.Actor;
using static Kairos.Components.ComponentProtocol;

namespace Kairos.Components;

/// <summary>
/// The components directly below one actor: the supervisor's, or a component's sub-components. Used by that actor only. A message for a
/// component further down is handed to the child on the way to it.
/// </summary>
internal sealed class ComponentChildren(IActorContext context, KairosRuntime runtime, string? parent)
{
    /// <summary>Passes a message on, creating the component it is for where that is what the message does.</summary>
    public void Deliver(IComponentMessage message, IActorRef sender)
    {
        var use = message as FirstUse;
        var told = use?.Message ?? message;
        var next = ComponentName.IsValid(told.Component) ? ComponentName.ChildTowards(told.Component, parent) : null;
        if (FindOrCreate(next, told, out var refusal) is not { } target)
        {
            Refuse(told, refusal, sender);
        }
        else if (next != told.Component)
        {
            target.Tell(message, sender); // there is more way to go
            return;
        }
        else
        {
            target.Tell(told, sender);
        }

        if (use is not null) runtime.FirstUses.Arrived(use, runtime.Registry.Find(told.Component));
    }

    /// <summary>Creates a component if it does not exist yet. Null when there is no room.</summary>
    public IActorRef? Create(string name)
    {
        var seed = (ulong)Random.Shared.NextInt64();
        var cell = new ComponentCell(name, runtime.Settings.For(name), seed, runtime.Clock);
        return runtime.Registry.TryAdd(cell) ? Start(cell) : null;
    }

    /// <summary>Brings back a component whose actor was stopped by somebody else; what it knew is in its cell.</summary>
    public void Revive(IActorRef stopped)
    {
        var lost = runtime.Registry.Cells.FirstOrDefault(cell => stopped.Equals(cell.Actor));
        if (lost is not null) Start(lost);
    }

    /// <summary>Brings all components directly below back, after the actor that had them was stopped and they with it.</summary>
    public void ReviveAll()
    {
        foreach (var cell in Cells) Start(cell);
    }

    /// <summary>Whether there are components directly below, or actors of removed ones that have not stopped yet.</summary>
    public bool Any => runtime.Registry.CellsWithLeaving.Any(IsBelow);

    /// <summary>Asks all components directly below to leave.</summary>
    public void RemoveAll()
    {
        foreach (var cell in Cells.Where(cell => !cell.IsRetired)) cell.Actor.Tell(new Remove(cell.Name));
    }

    private IActorRef? FindOrCreate(string? name, IComponentMessage message, out RefusalReason refusal)
    {
        refusal = name is null ? RefusalReason.InvalidName
            : message is ICreatesComponent ? RefusalReason.MaxComponents
            : RefusalReason.UnknownComponent;
        if (name is null) return null;
        if (runtime.Registry.Find(name) is not { Actor: { } actor } cell) return message is ICreatesComponent ? Create(name) : null;
        return actor is ActorRefWithCell { Underlying.IsTerminated: true } ? Start(cell) : actor; // it has stopped, and nobody has told us yet
    }

    private IEnumerable<ComponentCell> Cells => runtime.Registry.Cells.Where(IsBelow);

    private bool IsBelow(ComponentCell cell) => ComponentName.ParentOf(cell.Name) == parent;

    private IActorRef Start(ComponentCell cell)
    {
        var leaf = ComponentName.LeafOf(cell.Name);
        var name = context.Child(leaf).IsNobody() ? leaf : $"{leaf}~{runtime.NextIncarnation()}"; // a removed one may still be stopping
        cell.Actor = context.Watch(context.ActorOf(ComponentActor.Props(runtime, cell), name));
        runtime.FirstUses.Started(cell);
        return cell.Actor;
    }

    private void Refuse(IComponentMessage message, RefusalReason reason, IActorRef sender)
    {
        var name = ComponentName.Shorten(message.Component);
        runtime.Metrics.Tell(new ComponentEvents.ReportRefused(name, reason, 1));
        if (!sender.IsNobody()) sender.Tell(new Status.Failure(new ComponentRefusedException(name, reason)));
        var receipt = message is CallEnded ended ? ended.Receipt : (message as Nudge)?.Receipt;
        receipt?.Complete(); // its caller need not wait for what nobody will take
    }
}
