using Akka.Actor;
using Kairos.Errors;

namespace Kairos.Components;

/// <summary>
/// Has a component's worker: the user's own actor. When it crashes, that is an <c>internal_error</c> of the component; it is restarted with
/// back-off, what is sent to it meanwhile waits, and the breaker and its counts know nothing of the restart.
/// </summary>
internal sealed class WorkerActor : UntypedActor
{
    public const string Name = "_worker";
    private const string ChildName = "worker";
    private const int MostWaiting = 10_000;

    private readonly string _component;
    private readonly Props _worker;
    private readonly TimeProvider _time;
    private readonly Func<WorkerPolicy> _policy;
    private readonly Queue<(object Message, IActorRef Sender)> _waiting = new();
    private IActorRef? _child;
    private ITimer? _timer;
    private long _startedAt;
    private int _starts;
    private int _crashes; // in a row
    private Exception? _cause; // of the last one

    public static Props Props(string component, Props worker, TimeProvider time, Func<WorkerPolicy> policy) =>
        Akka.Actor.Props.Create(() => new WorkerActor(component, worker, time, policy)).WithDispatcher(KairosSupervisor.Dispatcher);

    public WorkerActor(string component, Props worker, TimeProvider time, Func<WorkerPolicy> policy)
    {
        _component = component;
        _worker = worker;
        _time = time;
        _policy = policy;
    }

    protected override SupervisorStrategy SupervisorStrategy() =>
        new OneForOneStrategy(0, Timeout.Infinite, new LocalOnlyDecider(Crash), loggingEnabled: false);

    protected override void PreStart() => Start();

    protected override void PostStop() => _timer?.Dispose();

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Restart when _child is null:
                Start();
                Context.Parent.Tell(new WorkerChanged(IsDown: false, _cause));
                break;
            case Terminated m when m.ActorRef.Equals(_child):
                _child = null;
                Wait();
                break;
            case Restart or Terminated:
                break;
            default:
                if (_child is not null) _child.Forward(message);
                else if (_waiting.Count < MostWaiting) _waiting.Enqueue((message, Sender));
                else Sender.Tell(new Status.Failure(new InvalidOperationException($"The worker of '{_component}' is down, and {MostWaiting} messages wait for it.")));
                break;
        }
    }

    private void Start()
    {
        _child = Context.Watch(Context.ActorOf(_worker, $"{ChildName}-{_starts++}"));
        _startedAt = _time.GetTimestamp();
        while (_waiting.TryDequeue(out var waiting)) _child.Tell(waiting.Message, waiting.Sender);
    }

    private Directive Crash(Exception cause)
    {
        var error = new KairosError(ErrorCode.InternalError, cause.Message) { Cause = cause, Recoverable = false };
        _cause = cause;
        Context.Parent.Tell(new WorkerChanged(IsDown: true, cause));
        Context.Parent.Tell(new ComponentProtocol.ReportError(_component, error));
        return Directive.Stop;
    }

    private void Wait()
    {
        var policy = _policy();
        if (_time.GetElapsedTime(_startedAt) > policy.RestartDelayMax) _crashes = 0; // it had been well for a while
        var delay = policy.RestartDelay * Math.Pow(2, Math.Min(_crashes++, 30));
        var wait = delay < policy.RestartDelayMax ? delay : policy.RestartDelayMax;
        _timer ??= _time.CreateTimer(static self => ((IActorRef)self!).Tell(Restart.Instance), Self, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(wait, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The worker went down, or came back.</summary>
    /// <param name="IsDown">Which of the two.</param>
    /// <param name="Cause">What it crashed of; null where it ended of its own accord.</param>
    internal sealed record WorkerChanged(bool IsDown, Exception? Cause);

    private sealed record Restart
    {
        public static readonly Restart Instance = new();
    }
}
