using System.Collections.Immutable;
using Akka.Actor;
using Kairos.Health;
using Kairos.Hosting.Settings;
using static Kairos.Components.ComponentEvents;
using static Kairos.Components.ComponentProtocol;

namespace Kairos.Components;

/// <summary>
/// Has one component: translates messages into inputs of the <see cref="ComponentMachine"/>, stores what it decides, publishes the snapshot,
/// sets the timer and tells the events. What it knows is in its cell, so a crash loses the message that caused it and nothing else.
/// </summary>
internal sealed class ComponentActor : UntypedActor
{
    private readonly KairosRuntime _runtime;
    private readonly ComponentCell _cell;
    private readonly ComponentChildren _children;
    private readonly ComponentTimer _timer;
    private readonly ComponentVoice _voice;
    private readonly ComponentPublication _publication;
    private readonly ComponentRemoval _removal;

    private static readonly Deploy Deployment = Deploy.None.WithDispatcher(KairosSupervisor.Dispatcher).WithMailbox(SmallMailbox.Section);

    public static Props Props(KairosRuntime runtime, ComponentCell cell) =>
        Akka.Actor.Props.Create(() => new ComponentActor(runtime, cell)).WithDeploy(Deployment);

    public ComponentActor(KairosRuntime runtime, ComponentCell cell)
    {
        _runtime = runtime;
        _cell = cell;
        _children = new ComponentChildren(Context, runtime, cell.Name);
        _timer = new ComponentTimer(runtime.Clock.Provider, Self);
        _voice = new ComponentVoice(Context, runtime, cell);
        _publication = new ComponentPublication(runtime, cell, _voice, Self);
        _removal = new ComponentRemoval(Context, runtime, cell, _children, _voice);
    }

    protected override SupervisorStrategy SupervisorStrategy() => KairosSupervisor.RestartAlways;

    protected override void PreStart()
    {
        _voice.Tell(new CurrentState(_cell.Snapshot));
        var time = _runtime.Clock.Provider;
        if (_runtime.Probes.TryGetValue(_cell.Name, out var probe))
            Context.ActorOf(HealthProbeActor.Props(_cell.Name, probe, time, () => _cell.Snapshot.Settings.Health), HealthProbeActor.Name);
        if (_runtime.Workers.TryGetValue(_cell.Name, out var worker))
            Context.ActorOf(WorkerActor.Props(_cell.Name, worker, time, () => _cell.Snapshot.Settings.Worker), WorkerActor.Name);
        if (_cell.HasStarted) TakeUp();
        else _timer.Schedule(NextWake(_cell.State.At), _cell.State.At); // callers may count successes before anything is told
        _cell.HasStarted = true;
    }

    protected override void PreRestart(Exception reason, object message)
    {
        Restarts.Tell(Context.System, _runtime, _cell.Name, reason, message); // the children stay
        if (message is not CallEnded call) return;
        if (!call.IsRetold) Self.Tell(call with { IsRetold = true }); // a caller counts on it; what was taken already is not taken twice
        else call.Receipt?.Complete();
    }

    protected override void PostRestart(Exception reason) => Decide(ComponentInput.Tick);

    protected override void PostStop()
    {
        _ = _publication.Current;
        _timer.Stop();
        if (_cell.IsRetired) _runtime.Registry.Forget(_cell);
    }

    protected override void OnReceive(object message)
    {
        if (message is IComponentMessage addressed && _removal.Concerns(addressed))
        {
            _removal.PassOn(addressed, Sender);
            return;
        }

        switch (message)
        {
            case ReportError m:
                Decide(ReportInputs.From(m), new ErrorRecorded(_cell.Name, m.Error, m.Trace));
                break;
            case ReportRecovery m:
                Recover(m);
                break;
            case ReportSuccess or ReportHealth or Isolate or Reset:
                Decide(ReportInputs.From((IComponentMessage)message));
                break;
            case CallEnded m:
                End(m);
                break;
            case Nudge m:
                Decide(ComponentInput.Tick);
                m.Receipt?.Complete();
                break;
            case AskWorker m:
                Ask(m);
                break;
            case WorkerActor.WorkerChanged m:
                Decide(ComponentInput.OfWorker(m.IsDown));
                if (m.IsRestart) _voice.TellWorkerRestarted(m.Cause);
                break;
            case ReportChildHealth m:
                Decide(ComponentInput.OfChild(m.Child, m.Status));
                break;
            case ComponentProtocol.Publish:
                _ = _publication.Current;
                break;
            case Tick:
                _timer.Elapsed();
                Decide(ComponentInput.Tick);
                break;
            case Reconfigure m when m.Settings == _cell.Settings:
                break;
            case Reconfigure m:
                Put(m.Settings);
                break;
            case Create:
                if (!Sender.IsNobody()) Sender.Tell(_publication.Current);
                break;
            case GetSnapshot:
                Sender.Tell(_publication.Current);
                break;
            case Subscribe m:
                if (!_cell.Subscribers.Contains(m.Subscriber)) _cell.Subscribers = _cell.Subscribers.Add(Context.Watch(m.Subscriber));
                m.Subscriber.Tell(new CurrentState(_publication.Current));
                break;
            case Unsubscribe m:
                _cell.Subscribers = _cell.Subscribers.Remove(Context.Unwatch(m.Subscriber));
                break;
            case Terminated m:
                if (_cell.Subscribers.Contains(m.ActorRef))
                {
                    _cell.Subscribers = _cell.Subscribers.Remove(m.ActorRef);
                    break;
                }

                _children.Revive(m.ActorRef);
                _removal.LeaveWhenAlone();
                break;
            case ChildLeft m:
                if (_runtime.Registry.Find(m.Child) is null) Decide(ComponentInput.OfChild(m.Child, HealthStatus.Healthy));
                break;
            case Remove:
                _removal.Begin();
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    /// <summary>Where somebody stopped the actor before this one, or removed the component, there is something to take up.</summary>
    private void TakeUp()
    {
        foreach (var subscriber in _cell.Subscribers) Context.Watch(subscriber);
        _children.ReviveAll();
        Decide(ComponentInput.Tick);
        _voice.TellParent(_cell.State.Health.Status);
        _removal.LeaveWhenAlone();
    }

    /// <summary>Decides, stores, publishes, tells. A crash before the state is stored loses the input; after it, nothing.</summary>
    private long Decide(in ComponentInput input, ErrorRecorded? error = null, CallEnded? call = null)
    {
        var now = _runtime.Clock.Now;
        var changes = CallerFacts.MayExist(_cell) ? TakeCallerFacts(now) : [];
        var decision = Take(input, now, ref changes);
        call?.Receipt?.Take();
        if (call is { Ticket.IsProbe: true }) _cell.Gate?.Release(call.Ticket);
        try
        {
            _timer.Schedule(NextWake(now), now); // before anybody sees the state that it belongs to
        }
        finally // a clock is somebody else's code; what has been taken in is told whatever it does
        {
            _publication.Show(changes, error, isAwaited: call is not null);
        }

        return decision.Recovered;
    }

    private ImmutableArray<ComponentChange> TakeCallerFacts(TimeSpan now)
    {
        var changes = ImmutableArray<ComponentChange>.Empty;
        foreach (var (fact, at) in CallerFacts.TakeOver(_cell, now)) Take(fact, at, ref changes);
        return changes;
    }

    private ComponentConsequences Take(in ComponentInput input, TimeSpan at, ref ImmutableArray<ComponentChange> changes)
    {
        var before = _cell.State;
        ComponentConsequences consequences;
        try
        {
            consequences = ComponentMachine.Advance(_cell.Settings, ref _cell.State, input, at);
            _runtime.Recorder?.Invoke(_cell.Name, _cell.Settings, input, at);
        }
        catch
        {
            _cell.State = before; // as if the input had never come
            throw;
        }

        changes = changes.IsEmpty ? consequences.Changes : changes.AddRange(consequences.Changes);
        return consequences;
    }

    /// <summary>The next deadline; while a rule needs the window, also the next look at what callers have counted.</summary>
    private TimeSpan? NextWake(TimeSpan now)
    {
        var deadline = _cell.State.NextDeadline(_cell.Settings.Health);
        if (!_cell.Settings.Breaker.UsesWindow) return deadline;
        var look = now + (_cell.Settings.Breaker.Window / 60);
        return deadline < look ? deadline : look;
    }

    private void End(CallEnded call)
    {
        if (call.Receipt?.IsTaken != true)
        {
            var recorded = call.Error is { } error ? new ErrorRecorded(_cell.Name, error, call.Trace) : null;
            Decide(CallerFacts.From(call, _cell.Settings.Breaker), recorded, call);
        }

        call.Receipt?.Complete(); // last: from here on the receipt is the caller's again
    }

    /// <summary>Puts settings in force, if they are allowed: a message may come from anywhere.</summary>
    private void Put(ComponentSettings settings)
    {
        var problems = SettingsCheck.ProblemsOf(SettingsCheck.SectionOf(_cell.Name), settings).ToList();
        if (problems.Count > 0)
        {
            foreach (var problem in problems) _runtime.Log(problem, KairosLog.SettingsRejected);
            _voice.Tell(new ReportRefused(_cell.Name, RefusalReason.InvalidSettings, 1));
            if (!Sender.IsNobody()) Sender.Tell(new Status.Failure(new SettingsException(problems)));
            return;
        }

        Decide(ComponentInput.Tick); // deadlines that have passed were set, and end, under the old settings
        _cell.Settings = settings;
        Decide(ComponentInput.Tick);
        Context.Child(HealthProbeActor.Name).Tell(PolicyChanged.Instance);
        Context.Child(WorkerActor.Name).Tell(PolicyChanged.Instance);
    }

    private void Ask(AskWorker ask)
    {
        var worker = Context.Child(WorkerActor.Name);
        if (!worker.IsNobody()) worker.Forward(ask);
        else Sender.Tell(new Status.Failure(new InvalidOperationException($"'{_cell.Name}' has no worker; give it one with KairosOptions.Worker.")));
    }

    private void Recover(ReportRecovery report)
    {
        var recovered = Decide(ReportInputs.From(report));
        if (recovered > 0) _voice.Tell(new ErrorsRecovered(_cell.Name, report.Kind, recovered) { Duration = report.Duration });
        if (recovered < report.Count)
            _voice.Tell(new ReportRefused(_cell.Name, RefusalReason.NothingToRecover, report.Count - recovered));
    }
}
