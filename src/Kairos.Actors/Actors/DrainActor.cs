using Akka.Actor;
using static Kairos.ComponentProtocol;

namespace Kairos.Actors;

/// <summary>
/// Waits for one caller until everything that was told before has been decided and counted, whatever is told meanwhile. A barrier goes behind
/// what lies in the mailboxes: of the components, children before their parents, because a child tells its parent how it is; of the metrics
/// actor, whom all of them have told by then; and of the log, for which it waits a second at most. An actor that somebody stops by hand has
/// nothing left to wait for.
/// </summary>
internal sealed class DrainActor : UntypedActor
{
    private static readonly TimeSpan LogTimeout = TimeSpan.FromSeconds(1);

    private readonly KairosRuntime _runtime;
    private readonly IActorRef _caller;
    private readonly Func<object> _answer;
    private readonly bool _withLog;
    private readonly ComponentTimer _timer;
    private readonly Queue<Func<IEnumerable<IActorRef>>> _stages;
    private readonly HashSet<IActorRef> _awaited = [];

    /// <summary>Made by the supervisor, which alone knows what components there are.</summary>
    public static Props Props(KairosRuntime runtime, IActorRef caller, Func<object> answer, bool withLog = true)
    {
        IActorRef[][] levels = [.. runtime.Registry.Handles.Concat(runtime.Registry.Retired.Select(retired => retired.Handle))
            .Select(handle => (handle.Actor, Depth: ComponentName.DepthOf(handle.Name)))
            .Concat(runtime.Registry.Ending.Select(ending => (Actor: ending.Key, Depth: ending.Value)))
            .GroupBy(one => one.Depth, one => one.Actor)
            .OrderByDescending(level => level.Key)
            .Select(level => level.ToArray())];
        return Akka.Actor.Props.Create(() => new DrainActor(runtime, levels, caller, answer, withLog)).WithDispatcher(KairosSupervisor.Dispatcher);
    }

    public DrainActor(KairosRuntime runtime, IActorRef[][] levels, IActorRef caller, Func<object> answer, bool withLog)
    {
        _runtime = runtime;
        _caller = caller;
        _answer = answer;
        _timer = new ComponentTimer(runtime.Clock.Provider, Self);
        _stages = new([.. levels.Select(level => (Func<IEnumerable<IActorRef>>)(() => level)), () => [runtime.Metrics]]);
        if (withLog) _stages.Enqueue(() => [runtime.LogWriter]);
        _withLog = withLog;
    }

    protected override void PreStart() => Next();

    protected override void PostStop() => _timer.Stop();

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case DrainBarrier:
                Pass(Sender);
                break;
            case Terminated m:
                Pass(m.ActorRef);
                break;
            case Tick: // the log has had its time
                Next();
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Pass(IActorRef actor)
    {
        if (!_awaited.Remove(actor)) return;
        Context.Unwatch(actor);
        if (_awaited.Count == 0) Next();
    }

    private void Next()
    {
        if (!_stages.TryDequeue(out var stage))
        {
            _caller.Tell(_answer());
            Context.Stop(Self);
            return;
        }

        _awaited.UnionWith(stage());
        foreach (var actor in _awaited) Context.Watch(actor).Tell(DrainBarrier.Instance, Self);
        if (_withLog && _stages.Count == 0) _timer.Schedule(_runtime.Clock.Now + LogTimeout, _runtime.Clock.Now);
    }
}
