using Akka.Actor;
using static Kairos.Components.ComponentProtocol;

namespace Kairos.Components;

/// <summary>
/// The top of Kairos' actors (<c>/user/kairos</c>): supervises the metrics actor and the components, creates what the configuration names
/// and what is addressed for the first time, and passes messages on to the component they are for.
/// </summary>
internal sealed class KairosSupervisor : UntypedActor
{
    /// <summary>The actor's name.</summary>
    public const string Name = "kairos";

    /// <summary>The dispatcher of all of Kairos' actors, so that blocked threads of the application cannot stall them.</summary>
    public const string Dispatcher = "kairos.dispatcher";

    /// <summary>A crash costs the message that caused it, never the actor.</summary>
    public static readonly SupervisorStrategy RestartAlways =
        new OneForOneStrategy(-1, Timeout.Infinite, new LocalOnlyDecider(_ => Directive.Restart), loggingEnabled: false);

    private readonly KairosRuntime _runtime;
    private readonly Props _metrics;
    private readonly ComponentChildren _children;

    public static Props Props(KairosRuntime runtime, Props metrics) =>
        Akka.Actor.Props.Create(() => new KairosSupervisor(runtime, metrics)).WithDispatcher(Dispatcher);

    public KairosSupervisor(KairosRuntime runtime, Props metrics)
    {
        _runtime = runtime;
        _metrics = metrics;
        _children = new ComponentChildren(Context, runtime, parent: null);
    }

    protected override SupervisorStrategy SupervisorStrategy() => RestartAlways;

    protected override void PreStart()
    {
        StartMetrics();
        foreach (var name in _runtime.Settings.Components) _children.Deliver(new Create(name), ActorRefs.Nobody);
    }

    protected override void PreRestart(Exception reason, object message) =>
        Restarts.Tell(Context.System, _runtime, ComponentName.OfSupervisor, reason, message); // the children stay

    protected override void PostRestart(Exception reason)
    {
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case IComponentMessage m:
                _children.Deliver(m, Sender);
                break;
            case GetAll:
                Draining.RunAsync(_runtime, Self, CancellationToken.None)
                    .PipeTo(Sender, Self, () => new AllSnapshots(_runtime.Registry.Snapshots()));
                break;
            case Terminated m when m.ActorRef.Equals(_runtime.Metrics):
                StartMetrics();
                break;
            case Terminated m:
                _children.Revive(m.ActorRef);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void StartMetrics() =>
        _runtime.Metrics = Context.Watch(Context.ActorOf(_metrics, ComponentName.OfMetrics));
}
