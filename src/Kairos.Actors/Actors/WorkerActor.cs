using System.Reflection;
using Akka.Actor;
using Kairos.Classification;
using Kairos.Components;
using Kairos.State;
using static Kairos.ComponentProtocol;

namespace Kairos.Actors;

/// <summary>
/// Has a component's worker, the user's own actor, and does what the <see cref="WorkerMachine"/> decides. A crash of the worker is an
/// <c>internal_error</c> of the component; the breaker and its counts know nothing of the restart.
/// <para>
/// Behind each message the worker is given an <see cref="Identify"/>, which Akka answers for it once it has done with the message. The answer to
/// the first one says that it has started.
/// </para>
/// </summary>
internal sealed class WorkerActor : UntypedActor
{
    public const string Name = "_worker";
    private const string ChildName = "worker";

    private readonly string _component;
    private readonly Props _worker;
    private readonly MonotonicClock _clock;
    private readonly Func<WorkerPolicy> _policy;
    private readonly ComponentTimer _timer;
    private WorkerState _state;
    private IActorRef? _child; // null while there is none
    private long _starts;

    public static Props Props(string component, Props worker, TimeProvider time, Func<WorkerPolicy> policy) =>
        Akka.Actor.Props.Create(() => new WorkerActor(component, worker, time, policy)).WithDispatcher(KairosSupervisor.Dispatcher);

    public WorkerActor(string component, Props worker, TimeProvider time, Func<WorkerPolicy> policy)
    {
        _component = component;
        _worker = worker;
        _clock = new MonotonicClock(time);
        _policy = policy;
        _timer = new ComponentTimer(time, Self);
        _state = WorkerState.Initial(_clock.Now);
    }

    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(0, Timeout.Infinite, new LocalOnlyDecider(Stop), loggingEnabled: false);

    protected override void PreStart() => Decide(new(WorkerInputKind.Tick));

    protected override void PostStop()
    {
        Decide(new(WorkerInputKind.Gone));
        _timer.Stop();
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case AskWorker m:
                Decide(WorkerInput.Of(new WorkerAsk(m.Message, Sender)));
                break;
            case ActorIdentity { MessageId: long number } m when _child?.Equals(m.Subject) == true:
                Decide(WorkerInput.Ready(number));
                break;
            case Terminated m when m.ActorRef.Equals(_child):
                _child = null;
                Decide(new(WorkerInputKind.Stopped));
                break;
            case Tick:
                _timer.Elapsed();
                Decide(new(WorkerInputKind.Tick));
                break;
            case PolicyChanged:
                Decide(new(WorkerInputKind.Tick));
                break;
            case ActorIdentity or Terminated: // of one before it
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private Directive Stop(Exception cause)
    {
        Decide(new(WorkerInputKind.Crash), cause);
        return Directive.Stop;
    }

    /// <param name="input">What has happened.</param>
    /// <param name="cause">What the worker has crashed on, or could not be made for.</param>
    private void Decide(in WorkerInput input, Exception? cause = null)
    {
        foreach (var step in WorkerMachine.Advance(_policy(), ref _state, input, _clock.Now)) Do(step, cause);
        _timer.Schedule(_state.NextDeadline(_policy()), _clock.Now);
    }

    private void Do(in WorkerStep step, Exception? cause)
    {
        switch (step.Kind)
        {
            case WorkerStepKind.Start:
                Start(step.Number);
                break;
            case WorkerStepKind.Give:
                _child!.Tell(step.Ask.Message, (IActorRef)step.Ask.From);
                _child.Tell(new Identify(step.Number), Self);
                break;
            case WorkerStepKind.Refuse:
                ((IActorRef)step.Ask.From).Tell(new Status.Failure(new WorkerUnavailableException(_component, step.Why!)));
                break;
            case WorkerStepKind.TellUp:
                Context.Parent.Tell(new WorkerChanged(IsDown: false, null));
                break;
            default:
                TellDown(cause is null ? null : Unwrap(cause));
                break;
        }
    }

    private void Start(long number)
    {
        try
        {
            _child = Context.Watch(Context.ActorOf(_worker, $"{ChildName}-{_starts++}"));
            _child.Tell(new Identify(number), Self);
        }
        catch (Exception cause) // Props that name what there is not
        {
            _child = null;
            Decide(new(WorkerInputKind.NoStart), cause);
        }
    }

    private void TellDown(Exception? cause)
    {
        Context.Parent.Tell(new WorkerChanged(IsDown: true, cause));
        if (cause is null) return;
        var error = new KairosError(ErrorCode.InternalError, $"the worker crashed: {ErrorText.Of(cause)}") { Cause = cause, Recoverable = false };
        Context.Parent.Tell(new ReportError(_component, error));
    }

    /// <summary>Akka and reflection wrap what a constructor throws.</summary>
    private static Exception Unwrap(Exception cause)
    {
        while (cause is ActorInitializationException or TypeLoadException or TargetInvocationException && cause.InnerException is { } inner) cause = inner;
        return cause;
    }

    /// <summary>The worker has started; or it went down or could not start, and is started again after a while.</summary>
    /// <param name="IsDown">Whether it is down now.</param>
    /// <param name="Cause">What it went down of; null where it ended of its own accord.</param>
    internal sealed record WorkerChanged(bool IsDown, Exception? Cause);
}
