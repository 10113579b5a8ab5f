using System.Collections.Concurrent;
using Akka.Actor;
using Kairos.Actors;
using Kairos.Tests.Calls;

namespace Kairos.Tests.Actors.Workers;

/// <summary>
/// A system whose <c>llm</c> has a worker. The worker answers what it is told with a number that counts from 1 in each life; some messages make
/// it do something else.
/// </summary>
internal sealed class WorkerUnderTest
{
    public static readonly WorkerPolicy Policy = new() { RestartDelay = TimeSpan.FromSeconds(1), RestartDelayMax = TimeSpan.FromSeconds(5) };

    public ObservedTimeProvider Time { get; } = new();

    /// <summary>Called in each life's constructor with its number, from 1.</summary>
    public Action<int> OnConstruct { get; init; } = _ => { };

    /// <summary>Called in each life's PreStart with its number, from 1.</summary>
    public Action<int> OnPreStart { get; init; } = _ => { };

    /// <summary>How many lives were begun.</summary>
    public int Lives => _lives;

    /// <summary>All that any life was told.</summary>
    public ConcurrentQueue<object> Told { get; } = [];

    /// <summary>How the worker of a component that is yet to be created is made. Kairos looks at it when it starts, and then no more.</summary>
    public Props Props
    {
        get => _options!.Workers["llm"];
        set => _options!.Workers["llm"] = value;
    }

    private KairosOptions? _options;
    private int _lives;

    public Task<GuardedSystem> StartAsync(
        Func<ComponentSettings, ComponentSettings>? llm = null, int failures = 10, string hocon = "") => GuardedSystem.StartAsync(
        Time,
        c =>
        {
            c = c with { Breaker = c.Breaker with { ConsecutiveFailures = failures }, Worker = Policy };
            return llm?.Invoke(c) ?? c;
        },
        options => _options = options.Worker("llm", Akka.Actor.Props.Create(() => new Worker(this))),
        $"kairos.ask-timeout = 61s\n{hocon}"); // longer than anything waits for a worker here

    /// <summary>The next wait that the worker's holder has set its timer to.</summary>
    public Task<TimeSpan> NextWaitAsync() => Time.NextAsync(WorkerActor.Name);

    /// <summary>Waits until who has the worker knows that it has started: it has asked the worker before we do.</summary>
    public static async Task UpAsync(GuardedSystem system)
    {
        do
        {
            await AskAsync(system, "/user/kairos/llm/_worker"); // it has done what it was time for
        }
        while ((await AskAsync(system, "/user/kairos/llm/_worker/*")).Subject is null);
        await AskAsync(system, "/user/kairos/llm/_worker");
    }

    private static Task<ActorIdentity> AskAsync(GuardedSystem system, string path) =>
        system.Actors.ActorSelection(path).Ask<ActorIdentity>(new Identify(null), TimeSpan.FromSeconds(60));

    /// <summary>Tells the worker something under nobody's guard, as a message that nobody waits for.</summary>
    public static void Tell(GuardedSystem system, object message) =>
        system.Kairos.Supervisor.Tell(new ComponentProtocol.AskWorker("llm", message), ActorRefs.NoSender);

    /// <summary>Crashes it and waits until its restart is arranged.</summary>
    public Task<TimeSpan> CrashAsync(GuardedSystem system) => EndAsync(system, "crash");

    /// <summary>Has it end of a message, and waits until its restart is arranged.</summary>
    public async Task<TimeSpan> EndAsync(GuardedSystem system, object message)
    {
        await UpAsync(system);
        Tell(system, message);
        return await NextWaitAsync();
    }

    /// <summary>Has the worker wait until it is let go; then it crashes.</summary>
    public sealed record Hold
    {
        public TaskCompletionSource Begun { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource End { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class Worker : ReceiveActor
    {
        private readonly WorkerUnderTest _test;
        private readonly int _life;
        private int _count;

        public Worker(WorkerUnderTest test)
        {
            _test = test;
            _life = Interlocked.Increment(ref test._lives);
            test.OnConstruct(_life);
            ReceiveAsync<Hold>(HoldAsync);
            ReceiveAny(Take);
        }

        protected override void PreStart() => _test.OnPreStart(_life);

        private static async Task HoldAsync(Hold hold)
        {
            hold.Begun.SetResult();
            await hold.End.Task;
            throw new InvalidOperationException("crashed");
        }

        private void Take(object message)
        {
            _test.Told.Enqueue(message);
            switch (message)
            {
                case "crash":
                    throw new InvalidOperationException("crashed");
                case "stop":
                    Context.Stop(Self);
                    break;
                case "silence":
                    break;
                case "fail once" when _test.Told.Count(told => told is "fail once") > 1:
                    Sender.Tell("at last");
                    break;
                case "fail once" or "fail":
                    Sender.Tell(new Status.Failure(new TimeoutException("the worker's own")));
                    break;
                default:
                    Sender.Tell($"{message} {++_count}");
                    break;
            }
        }
    }
}
