using Akka.Actor;
using Kairos.State;
using static Kairos.ComponentProtocol;

namespace Kairos.Actors;

/// <summary>
/// The parent of all Kairos actors (<c>/user/kairos</c>): the metrics actor, the log, and the actors of all components, side by side. It alone
/// creates and removes components, so the first message to an unknown component comes here. What it knows is in the registry and outlives a crash.
/// </summary>
internal sealed class KairosSupervisor : UntypedActor
{
    /// <summary>The actor's name.</summary>
    public const string Name = "kairos";

    /// <summary>The dispatcher of Kairos' actors, so that blocked threads of the application cannot stall them.</summary>
    public const string Dispatcher = "kairos.dispatcher";

    /// <summary>How long a removed component's actor lingers, to refuse what was told too late.</summary>
    public static readonly TimeSpan Linger = TimeSpan.FromSeconds(10);

    public const int MostLingering = 1000;

    private readonly KairosRuntime _runtime;
    private readonly Props _metrics;
    private readonly ComponentTimer _timer;

    public static Props Props(KairosRuntime runtime, Props metrics) =>
        Akka.Actor.Props.Create(() => new KairosSupervisor(runtime, metrics)).WithDispatcher(Dispatcher);

    public KairosSupervisor(KairosRuntime runtime, Props metrics)
    {
        _runtime = runtime;
        _metrics = metrics;
        _timer = new ComponentTimer(runtime.Clock.Provider, Self);
    }

    private ComponentRegistry Registry => _runtime.Registry;

    protected override SupervisorStrategy SupervisorStrategy() => Restarts.Always;

    protected override void PreStart()
    {
        StartLog();
        StartMetrics();
        _runtime.LogFaults();
        foreach (var name in _runtime.Settings.Components) FindOrCreate(name);
    }

    protected override void PreRestart(Exception reason, object message)
    {
        Restarts.Tell(Context.System, _runtime, ComponentName.OfSupervisor, reason, message); // the children stay
        _timer.Stop();
    }

    protected override void PostRestart(Exception reason) => Sweep();

    protected override void PostStop()
    {
        _timer.Stop();
        _runtime.Dispose(); // nobody waits any more
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Remove m:
                Remove(m);
                break;
            case Create m:
                if (Resolve(m) is { } created && !Sender.IsNobody()) Sender.Tell(new Created(created));
                break;
            case SettingsChanged m:
                Reconfigure(m.Root);
                break;
            case IComponentMessage m:
                Resolve(m)?.Actor.Tell(m, Sender);
                break;
            case GetAll:
                Context.ActorOf(DrainActor.Props(_runtime, Sender, () => new AllSnapshots(Registry.Snapshots())));
                break;
            case Drain m:
                Context.ActorOf(DrainActor.Props(_runtime, Sender, () => m, m.WithLog));
                break;
            case Tick:
                _timer.Elapsed();
                Sweep();
                break;
            case Terminated m:
                Restore(m.ActorRef);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    /// <summary>The component that a message is for, created where that is what the message does; null where it was refused.</summary>
    private ComponentHandle? Resolve(IComponentMessage message)
    {
        var refusal = !ComponentName.IsValid(message.Component) ? RefusalReason.InvalidName
            : message is ICreatesComponent ? RefusalReason.MaxComponents
            : RefusalReason.UnknownComponent;
        var found = refusal switch
        {
            RefusalReason.InvalidName => null,
            RefusalReason.UnknownComponent => Registry.Find(message.Component),
            _ => FindOrCreate(message.Component),
        };
        if (found is null) Refusals.Refuse(_runtime, message, refusal, Sender);
        return found;
    }

    /// <summary>Parents are there before their children. Null where there is no room.</summary>
    private ComponentHandle? FindOrCreate(string name)
    {
        if (Registry.Find(name) is { } known) return known;
        var parent = ComponentName.ParentOf(name) is { } above ? FindOrCreate(above) : null;
        if (!Registry.HasRoom || (parent is null && ComponentName.DepthOf(name) > 0)) return null;
        var handle = new ComponentHandle(name, Registry.NextNumber(), parent, _runtime.Settings.For(name), _runtime.Clock);
        Start(handle);
        Registry.Add(handle);
        return handle;
    }

    /// <summary>Components have the settings that are in force now. It alone creates them, so it misses none.</summary>
    private void Reconfigure(string? root)
    {
        var settings = _runtime.Settings;
        foreach (var handle in Registry.Handles.Where(handle => root is null || (handle.Name != root && ComponentName.IsWithin(handle.Name, root))))
            handle.Actor.Tell(new Reconfigure(handle.Name, settings.For(handle.Name)));
        if (root is not null) return;
        _runtime.LogFaults();
        foreach (var name in settings.Components) Resolve(new Create(name));
    }

    private void Start(ComponentHandle handle) =>
        handle.Actor = Context.Watch(Context.ActorOf(ComponentActor.Props(_runtime, handle), FreeName(handle.Name.Replace(ComponentName.Separator, ':'), handle.Number)));

    /// <summary>The names of actors that linger, or have not quite stopped, are not free.</summary>
    private static string FreeName(string name, long number)
    {
        if (Context.Child(name).IsNobody()) return name;
        var numbered = $"{name}~{number}";
        for (var more = 1; !Context.Child(numbered).IsNobody(); more++) numbered = $"{name}~{number}~{more}";
        return numbered;
    }

    /// <summary>
    /// Removes a component and all beneath it. The names are free at once. What lies ahead of this order in the components' mailboxes is
    /// counted, what comes behind it is refused.
    /// </summary>
    private void Remove(Remove order)
    {
        var leaving = Registry.Handles.Where(handle => ComponentName.IsWithin(handle.Name, order.Component)).ToList();
        if (leaving.Count == 0) Resolve(order);
        var until = _runtime.Clock.Now + Linger;
        foreach (var handle in leaving)
        {
            handle.IsRetired = true;
            Registry.Remove(handle);
            Registry.Retired.Enqueue((handle, until));
            handle.Actor.Tell(Leave.Instance);
        }

        _runtime.Live.Forget(order.Component);
        Sweep();
    }

    /// <summary>Ends the actors of removed components that have lingered long enough, or are too many.</summary>
    private void Sweep()
    {
        var (retired, now) = (Registry.Retired, _runtime.Clock.Now);
        while (retired.TryPeek(out var oldest) && (oldest.Until <= now || retired.Count > MostLingering))
        {
            retired.Dequeue();
            oldest.Handle.IsGone = true;
            Registry.Ending.Add(oldest.Handle.Actor, ComponentName.DepthOf(oldest.Handle.Name));
            oldest.Handle.Actor.Tell(PoisonPill.Instance); // behind what is still to be counted or refused
        }

        _timer.Schedule(retired.TryPeek(out var next) ? next.Until : null, now);
    }

    /// <summary>Somebody has stopped one of the actors by hand: it is made again, with all that it knew.</summary>
    private void Restore(IActorRef stopped)
    {
        if (Registry.Ending.Remove(stopped)) return; // as it should
        if (stopped.Equals(_runtime.Metrics)) StartMetrics();
        else if (stopped.Equals(_runtime.LogWriter)) StartLog();
        else if (Registry.Handles.FirstOrDefault(handle => stopped.Equals(handle.Actor)) is { } lost)
        {
            Start(lost);
            lost.Actor.Tell(TakeUp.Instance);
        }
        else if (Registry.Retired.Select(retired => retired.Handle).FirstOrDefault(handle => stopped.Equals(handle.Actor)) is { } retired)
        {
            Start(retired);
            retired.Actor.Tell(Leave.Instance); // the order may have been lost with the actor
        }
    }

    private void StartMetrics() => _runtime.Metrics = Context.Watch(Context.ActorOf(_metrics, FreeName(ComponentName.OfMetrics, Registry.NextNumber())));

    private void StartLog() => _runtime.LogWriter = Context.Watch(Context.ActorOf(LogActor.Props(_runtime), FreeName(LogActor.Name, Registry.NextNumber())));
}
