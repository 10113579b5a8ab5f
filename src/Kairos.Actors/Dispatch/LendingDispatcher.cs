using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;

namespace Kairos.Dispatch;

/// <summary>
/// The dispatcher of Kairos' actors: threads of its own and, for one run of one actor's mailbox, that of a caller who waits for this actor anyway. To
/// wake another thread and be woken by it takes many times as long as the decision that is waited for, on a busy machine milliseconds; and
/// were the thread pool blocked, nobody could wake the caller. An actor still runs on one thread at a time: who comes second, waits.
/// </summary>
/// <remarks>
/// The thread is lent for two runs, each of which the throughput bounds: that of the actor's mailbox, and that of the first one whom it tells
/// something, which is the metrics actor. What else they set in motion runs elsewhere, as ever. Akka keeps what it knows of the thread apart
/// (<c>ActorCell.UseThreadContext</c>), so the caller may be an actor itself.
/// </remarks>
internal sealed class LendingDispatcher(MessageDispatcherConfigurator configurator, Config config, ExecutorServiceFactory executor) : Dispatcher(
    configurator,
    config.GetString("id"),
    config.GetInt("throughput"),
    config.GetTimeSpan("throughput-deadline-time") is { Ticks: > 0 } limit ? limit.Ticks : null,
    executor,
    config.GetTimeSpan("shutdown-timeout"))
{
    // What the actor begins on a lent thread, its timers for example, and what it logs is not the caller's: neither its span nor its budget.
    private static readonly ExecutionContext Blank = BlankContext();

    [ThreadStatic]
    private static bool _isOffered;

    [ThreadStatic]
    private static IRunnable? _taken;

    // While a mailbox runs on a lent thread: the mailbox, and the first one that it has set in motion.
    [ThreadStatic]
    private static IRunnable? _lent;

    [ThreadStatic]
    private static IRunnable? _next;

    /// <summary>Tells an actor something that the calling thread will wait for, and lends it the thread if nobody runs the actor yet.</summary>
    public static void Tell(IActorRef actor, object message)
    {
        _isOffered = true;
        try
        {
            actor.Tell(message, ActorRefs.NoSender);
        }
        finally
        {
            _isOffered = false;
            if (_taken is { } mailbox)
            {
                _taken = null;
                ExecutionContext.Run(Blank, static mailbox => RunLent((IRunnable)mailbox!), mailbox);
            }
        }
    }

    /// <summary>Runs an actor's mailbox and that of the first actor that it sets in motion. What runs there may lend as well: who is told may call.</summary>
    private static void RunLent(IRunnable mailbox)
    {
        var (outer, outerNext) = (_lent, _next);
        (_lent, _next) = (mailbox, null);
        try
        {
            mailbox.Run();
        }
        finally
        {
            var next = _next;
            (_lent, _next) = (null, null);
            next?.Run();
            (_lent, _next) = (outer, outerNext);
        }
    }

    protected override void ExecuteTask(IRunnable run)
    {
        if (_isOffered)
        {
            _isOffered = false;
            _taken = run;
        }
        else if (_lent is not null && _next is null && !ReferenceEquals(run, _lent))
        {
            _next = run;
        }
        else
        {
            base.ExecuteTask(run);
        }
    }

    private static ExecutionContext BlankContext()
    {
        ExecutionContext? blank = null;
        var thread = new Thread(() => blank = ExecutionContext.Capture());
        thread.UnsafeStart(); // takes no context along
        thread.Join();
        return blank!;
    }
}

/// <summary>Makes the dispatcher of a configuration's section, for Akka.</summary>
internal sealed class LendingDispatcherConfigurator : MessageDispatcherConfigurator
{
    private readonly LendingDispatcher _dispatcher;

    public LendingDispatcherConfigurator(Config config, IDispatcherPrerequisites prerequisites)
        : base(config, prerequisites) => _dispatcher = new LendingDispatcher(this, config, ConfigureExecutor());

    public override MessageDispatcher Dispatcher() => _dispatcher;
}
