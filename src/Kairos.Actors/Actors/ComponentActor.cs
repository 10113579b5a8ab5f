using Akka.Actor;
using Kairos.Components;
using Kairos.Configuration;
using Kairos.State;
using static Kairos.ComponentEvents;
using static Kairos.ComponentProtocol;

namespace Kairos.Actors;

/// <summary>
/// Has one component: translates messages into inputs of the <see cref="ComponentMachine"/>, stores what it decides, sets the timer and has it
/// published. What it knows is in its handle, so a crash loses the message that caused it and nothing else. When the component has been removed,
/// it lingers for a while and refuses what comes too late.
/// </summary>
internal sealed class ComponentActor : UntypedActor
{
    private static readonly Deploy Deployment = Deploy.None.WithDispatcher(KairosSupervisor.Dispatcher);

    private readonly KairosRuntime _runtime;
    private readonly ComponentHandle _handle;
    private readonly ComponentTimer _timer;
    private readonly ComponentPublisher _publisher;

    public static Props Props(KairosRuntime runtime, ComponentHandle handle) =>
        Akka.Actor.Props.Create(() => new ComponentActor(runtime, handle)).WithDeploy(Deployment);

    public ComponentActor(KairosRuntime runtime, ComponentHandle handle)
    {
        _runtime = runtime;
        _handle = handle;
        _timer = new ComponentTimer(runtime.Clock.Provider, Self);
        _publisher = new ComponentPublisher(Context, runtime, handle);
    }

    protected override SupervisorStrategy SupervisorStrategy() => Restarts.Always;

    protected override void PreStart()
    {
        if (_handle.HasLeft) return;
        _publisher.Tell(new CurrentState(_handle.Snapshot));
        StartChildren();
    }

    protected override void PreRestart(Exception reason, object message)
    {
        Restarts.Tell(Context.System, _runtime, _handle.Name, reason, message, _handle); // the children stay
        _timer.Stop();
        if (message is not CallEnded call) return;
        if (!call.IsRetold) Self.Tell(call with { IsRetold = true }); // a caller counts on it; what was taken already is not taken twice
        else call.Acknowledgement?.Complete();
    }

    protected override void PostRestart(Exception reason)
    {
        if (!_handle.HasLeft) Decide(ComponentInput.Tick);
    }

    protected override void PostStop()
    {
        _publisher.PublishIfDue();
        _timer.Stop();
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case DrainBarrier:
                _publisher.PublishIfDue();
                Sender.Tell(message);
                break;
            case Leave:
                if (!_handle.HasLeft) End();
                break;
            case IComponentMessage m when m.Component != _handle.Name:
                Context.Parent.Forward(m);
                break;
            case IComponentMessage m when _handle.HasLeft:
                Refusals.Refuse(_runtime, m, RefusalReason.Removed, Sender, _handle.Number);
                break;
            case not null when _handle.HasLeft:
                break;
            case CallEnded m:
                Take(m);
                break;
            case ReportError m:
                Decide(InputOf(m), new ErrorRecorded(_handle.Name, m.Error, m.Trace) { Source = _handle });
                break;
            case ReportRecovery m:
                _publisher.TellRecovered(m, Decide(InputOf(m)));
                break;
            case ReportSuccess or ReportHealth or Isolate or Reset or Force:
                Decide(InputOf((IComponentMessage)message));
                break;
            case Nudge m:
                Decide(ComponentInput.Tick);
                m.Acknowledgement?.Complete();
                break;
            case AskWorker m:
                Ask(m);
                break;
            case Reconfigure m:
                Put(m.Settings);
                break;
            case GetSnapshot:
                Sender.Tell(_publisher.PublishIfDue());
                break;
            case Subscribe m:
                if (!_handle.Subscribers.Contains(m.Subscriber)) _handle.Subscribers = _handle.Subscribers.Add(Context.Watch(m.Subscriber));
                _publisher.TellState(m.Subscriber);
                break;
            case Unsubscribe m:
                _handle.Subscribers = _handle.Subscribers.Remove(Context.Unwatch(m.Subscriber));
                break;
            case IComponentMessage m: // removing, for example, is the supervisor's
                Context.Parent.Forward(m);
                break;
            case WorkerActor.WorkerChanged m:
                Decide(ComponentInput.OfWorker(m.IsDown));
                if (m.IsDown) _publisher.TellWorkerDown(m.Cause);
                break;
            case ReportChildHealth m:
                Decide(ComponentInput.OfChild(m.Child, m.Number, m.Status));
                break;
            case TakeUp:
                TakeUpWhereAnotherEnded();
                break;
            case TellRejections m:
                _publisher.TellRejections(m.Reason);
                break;
            case ComponentProtocol.Publish:
                _publisher.PublishIfDue();
                break;
            case Tick:
                _timer.Elapsed();
                _handle.Watch = _handle.Watch.LookAgain(_handle.Ledger.Successes.Total);
                Decide(ComponentInput.Tick);
                break;
            case Terminated m when m.ActorRef.Path.Parent == Self.Path:
                StartChildren();
                break;
            case Terminated m:
                _handle.Subscribers = _handle.Subscribers.Remove(m.ActorRef);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private ComponentInput InputOf(IComponentMessage message) => ComponentProtocol.InputOf(message, _handle.Settings.Breaker);

    /// <summary>The health probe and the worker, where the component has them and they are not there.</summary>
    private void StartChildren()
    {
        var time = _runtime.Clock.Provider;
        if (_runtime.Probes.TryGetValue(_handle.Name, out var probe) && Context.Child(HealthProbeActor.Name).IsNobody())
            Context.Watch(Context.ActorOf(HealthProbeActor.Props(_handle.Name, probe, time, () => _handle.Snapshot.Settings.Health), HealthProbeActor.Name));
        if (_runtime.Workers.TryGetValue(_handle.Name, out var worker) && Context.Child(WorkerActor.Name).IsNobody())
            Context.Watch(Context.ActorOf(WorkerActor.Props(_handle.Name, worker, time, () => _handle.Snapshot.Settings.Worker), WorkerActor.Name));
    }

    /// <summary>Somebody has stopped the actor before this one by hand: what it was told meanwhile is lost, what it knew is there.</summary>
    private void TakeUpWhereAnotherEnded()
    {
        foreach (var subscriber in _handle.Subscribers) Context.Watch(subscriber);
        var children = _runtime.Registry.Handles.Where(child => child.Parent == _handle).Select(child => (child.Name, new ChildHealth(child.Number, child.Snapshot.Health)));
        foreach (var input in ComponentMachine.Reconcile(_handle.State, [.. children])) Decide(input);
        Decide(ComponentInput.Tick);
        _publisher.TellParent(_handle.State.Health.Status);
    }

    /// <summary>The component has been removed: this is the last that is heard of it.</summary>
    private void End()
    {
        _publisher.PublishIfDue();
        _timer.Stop();
        foreach (var child in Context.GetChildren()) Context.Stop(Context.Unwatch(child));
        _handle.HasLeft = true;
        _publisher.TellRemoved();
        foreach (var subscriber in _handle.Subscribers) Context.Unwatch(subscriber);
        _handle.Subscribers = [];
    }

    /// <summary>Decides, stores, publishes, tells. A crash before the state is stored loses the input; after it, nothing.</summary>
    private long Decide(in ComponentInput input, ErrorRecorded? error = null, CallEnded? call = null)
    {
        var now = _runtime.Clock.Now;
        var (changes, recovered) = _handle.Advance(input, now, _runtime.Recorder);
        call?.Acknowledgement?.Take();
        try
        {
            _timer.Schedule(_handle.State.NextWake(_handle.Settings, _handle.Watch, now), now); // before anybody sees the state that it belongs to
        }
        finally // a clock is somebody else's code; what has been taken in is told whatever it does
        {
            _publisher.Show(changes, error, isAwaited: call is not null);
        }

        return recovered;
    }

    private void Take(CallEnded call)
    {
        if (call.Acknowledgement?.IsTaken != true)
        {
            var recorded = call.Error is { } error ? new ErrorRecorded(_handle.Name, error, call.Trace) { Source = _handle } : null;
            Decide(InputOf(call), recorded, call);
        }

        call.Acknowledgement?.Complete(); // last: from here on the acknowledgement is the caller's again
    }

    /// <summary>Puts settings in force, if they are allowed: a message may come from anywhere.</summary>
    private void Put(ComponentSettings settings)
    {
        var isOfAll = Sender.Equals(Context.Parent);
        if (isOfAll && settings == _handle.Settings) return;
        var problems = isOfAll
            ? [.. SettingsCheck.ProblemsOf(SettingsCheck.SectionOf(_handle.Name), settings)]
            : _runtime.Live.Keep(_handle.Name, settings, () => !_handle.IsRetired);
        if (problems.Count > 0)
        {
            _publisher.TellRejected(problems);
            if (!Sender.IsNobody()) Sender.Tell(new Status.Failure(new SettingsException(problems)));
            return;
        }

        if (!isOfAll && _runtime.Settings.For(_handle.Name) is var inForce)
            settings = settings with { Faults = inForce.Faults, RateLimiter = inForce.RateLimiter };
        Decide(ComponentInput.Tick); // deadlines that have passed were set, and end, under the old settings
        _handle.Watch = _handle.Watch.Under(settings.Breaker, _handle.Settings.Breaker, _handle.Ledger.Successes.Total);
        _handle.Settings = settings;
        Decide(ComponentInput.Tick);
        Context.Child(HealthProbeActor.Name).Tell(PolicyChanged.Instance);
        Context.Child(WorkerActor.Name).Tell(PolicyChanged.Instance);
        if (!isOfAll) Context.Parent.Tell(new SettingsChanged(_handle.Name)); // those beneath inherit them
    }

    private void Ask(AskWorker ask)
    {
        var worker = Context.Child(WorkerActor.Name);
        if (!worker.IsNobody()) worker.Forward(ask);
        else Sender.Tell(new Status.Failure(new InvalidOperationException($"'{_handle.Name}' has no worker; give it one with KairosOptions.Worker.")));
    }
}
