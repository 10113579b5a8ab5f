using System.Reflection;
using Akka.Actor;
using Kairos.Classification;
using Kairos.State;
using static Kairos.ComponentProtocol;

namespace Kairos.Actors;

/// <summary>
/// Has a component's worker: the user's own actor. When it crashes, that is an <c>internal_error</c> of the component; it is started again with
/// back-off, and the breaker and its counts know nothing of the restart.
/// <para>
/// The worker is given one message at a time, and an <see cref="Identify"/> behind each, which Akka answers for it once it has done with the
/// message. So the answer to the first one says that it has started, and a worker that dies leaves one message at most of which nobody knows
/// whether it was begun: its sender is told so at once. All others wait here.
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
    private readonly WaitingAsks _waiting;
    private IActorRef? _child;   // null while there is none
    private Phase _phase;
    private TimeSpan _since;     // when the phase began
    private long _starts;
    private long _question;      // the number of the Identify that has not been answered yet
    private IActorRef? _inHand;  // who sent the message that the worker was given last, until it has done with it
    private int _failures;       // in a row

    public static Props Props(string component, Props worker, TimeProvider time, Func<WorkerPolicy> policy) =>
        Akka.Actor.Props.Create(() => new WorkerActor(component, worker, time, policy)).WithDispatcher(KairosSupervisor.Dispatcher);

    public WorkerActor(string component, Props worker, TimeProvider time, Func<WorkerPolicy> policy)
    {
        _component = component;
        _worker = worker;
        _clock = new MonotonicClock(time);
        _policy = policy;
        _timer = new ComponentTimer(time, Self);
        _waiting = new WaitingAsks(component);
    }

    private enum Phase
    {
        /// <summary>There is none until the back-off is over.</summary>
        Down,

        /// <summary>Its constructor and PreStart have yet to succeed.</summary>
        Starting,

        /// <summary>It takes messages.</summary>
        Up,

        /// <summary>It has crashed, and has yet to stop.</summary>
        Dying,
    }

    protected override SupervisorStrategy SupervisorStrategy() =>
        new OneForOneStrategy(0, Timeout.Infinite, new LocalOnlyDecider(Stop), loggingEnabled: false);

    protected override void PreStart()
    {
        Start();
        Look();
    }

    protected override void PostStop()
    {
        _timer.Stop();
        const string Gone = "is gone: the component was removed, or its actor stopped";
        LetGo(Gone);
        _waiting.RefuseAll(Gone);
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case AskWorker m:
                _waiting.Add(m.Message, Sender, _clock.Now);
                GiveNext();
                break;
            case ActorIdentity m when m.MessageId is long number && number == _question && _child?.Equals(m.Subject) == true:
                Proceed();
                break;
            case Terminated m when m.ActorRef.Equals(_child):
                if (_phase != Phase.Dying) GoDown(null);
                Enter(Phase.Down);
                break;
            case Tick:
                _timer.Elapsed();
                break;
            case PolicyChanged or ActorIdentity or Terminated:
                break;
            default:
                Unhandled(message);
                return;
        }

        Look();
    }

    /// <summary>Does what it is time for. That is decided from the time that has passed, so a tick too many does no harm.</summary>
    private void Look()
    {
        var policy = _policy();
        if (_phase == Phase.Down && _clock.Now >= _since + policy.DelayAfter(_failures)) Start();
        if (_phase != Phase.Up) _waiting.RefuseOverdue(policy, _clock.Now);
        TimeSpan? restart = _phase == Phase.Down ? _since + policy.DelayAfter(_failures) : null;
        var overdue = _phase != Phase.Up ? _waiting.NextOverdue(policy) : null;
        _timer.Schedule(restart is null || overdue < restart ? overdue : restart, _clock.Now);
    }

    private void Start()
    {
        Enter(Phase.Starting);
        try
        {
            _child = Context.Watch(Context.ActorOf(_worker, $"{ChildName}-{_starts++}"));
            _child.Tell(new Identify(++_question), Self);
        }
        catch (Exception cause) // Props that name what there is not
        {
            Crash(cause);
            Enter(Phase.Down);
        }
    }

    /// <summary>The worker has started, or has done with the message that it was given.</summary>
    private void Proceed()
    {
        _inHand = null;
        if (_phase == Phase.Starting)
        {
            Enter(Phase.Up);
            Context.Parent.Tell(new WorkerChanged(IsDown: false, null)); // the first time, too: an actor before this one may have left it down
        }

        GiveNext();
    }

    private void GiveNext()
    {
        if (_phase != Phase.Up || _inHand is not null || !_waiting.TryTake(out var next)) return;
        _inHand = next.Sender;
        _child!.Tell(next.Message, next.Sender);
        _child.Tell(new Identify(++_question), Self);
    }

    private Directive Stop(Exception cause)
    {
        Crash(cause);
        Look();
        return Directive.Stop;
    }

    private void Crash(Exception cause)
    {
        while (cause is ActorInitializationException or TypeLoadException or TargetInvocationException && cause.InnerException is { } inner)
            cause = inner; // Akka and reflection wrap what a constructor throws

        GoDown(cause);
    }

    private void GoDown(Exception? cause)
    {
        if (_phase == Phase.Up)
        {
            if (_clock.Now - _since > _policy().RestartDelayMax) _failures = 0; // it had been well for a while
            _waiting.DownSince = _clock.Now;
        }

        _failures++;
        Context.Parent.Tell(new WorkerChanged(IsDown: true, cause));
        if (cause is not null) Context.Parent.Tell(new ReportError(_component, ErrorOf(cause)));
        LetGo("went down while it had this message, which may have had its effect");
        Enter(Phase.Dying);
    }

    private static KairosError ErrorOf(Exception cause) =>
        new(ErrorCode.InternalError, $"the worker crashed: {ErrorText.Of(cause)}") { Cause = cause, Recoverable = false };

    /// <summary>Tells who sent what the worker has in hand that it will not be answered; the component has been told before.</summary>
    private void LetGo(string why)
    {
        _inHand?.Tell(new Status.Failure(new WorkerUnavailableException(_component, why)));
        _inHand = null;
    }

    private void Enter(Phase phase)
    {
        if (phase == Phase.Down) _child = null;
        _phase = phase;
        _since = _clock.Now;
    }

    /// <summary>The worker has started; or it went down or could not start, and is started again after a while.</summary>
    /// <param name="IsDown">Whether it is down now.</param>
    /// <param name="Cause">What it went down of; null where it ended of its own accord.</param>
    internal sealed record WorkerChanged(bool IsDown, Exception? Cause);
}
