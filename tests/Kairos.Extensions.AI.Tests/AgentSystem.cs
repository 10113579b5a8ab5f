using Akka.Actor;
using Akka.Configuration;
using Kairos.Tests.Calls;

namespace Kairos.Extensions.AI.Tests;

/// <summary>An actor system with Kairos in it, and all that it told of errors. Opens after two failures in a row and retries nothing, unless
/// a test says otherwise.</summary>
internal sealed class AgentSystem : IAsyncDisposable
{
    private static readonly Config Quiet =
        ConfigurationFactory.ParseString("akka { loglevel = OFF, stdout-loglevel = OFF, log-dead-letters = off }");

    private readonly ActorSystem _actors;
    private readonly IActorRef _listener;

    private AgentSystem(ActorSystem actors, IKairos kairos)
    {
        _actors = actors;
        Kairos = kairos;
        _listener = actors.ActorOf(Props.Create(() => new EventLog()));
    }

    public IKairos Kairos { get; }

    public static async Task<AgentSystem> StartAsync(
        TimeProvider time, Action<KairosOptions>? more = null, params string[] components)
    {
        var actors = ActorSystem.Create("agent", Quiet);
        string[] named = components.Length > 0 ? components : ["llm"];
        var kairos = actors.UseKairos(options =>
        {
            options.TimeProvider = time;
            options.Defaults(c => c with
            {
                Breaker = new BreakerPolicy { ConsecutiveFailures = 2 },
                Call = new CallPolicy { Retry = new RetryPolicy { MaxAttempts = 1 } },
            });
            foreach (var name in named) options.Component(name);
            more?.Invoke(options);
        });
        var system = new AgentSystem(actors, kairos);
        foreach (var name in named) kairos[name].Subscribe(system._listener);
        await system.SettleAsync();
        return system;
    }

    /// <summary>Retries three times at most, with a wait of 100 ms that doubles, exactly.</summary>
    public static void Retries(KairosOptions options) => options.Defaults(c => c with
    {
        Call = c.Call with { Retry = new RetryPolicy { MaxAttempts = 3, Jitter = 0, Budget = 0 } },
    });

    public ComponentSnapshot Snapshot(string component = "llm") => Kairos[component].Snapshot!;

    /// <summary>All that was told of errors once everything has been decided.</summary>
    public async Task<IReadOnlyList<IComponentEvent>> SettleAsync()
    {
        await Kairos.DrainAsync().Soon();
        return await _listener.Ask<IReadOnlyList<IComponentEvent>>("events").Soon();
    }

    /// <summary>The errors that were recorded of a component, oldest first.</summary>
    public async Task<IReadOnlyList<KairosError>> ErrorsAsync(string component = "llm") =>
        [.. (await SettleAsync()).OfType<ComponentEvents.ErrorRecorded>().Where(e => e.Component == component).Select(e => e.Error)];

    /// <summary>The kinds of errors that recovered, with their numbers.</summary>
    public async Task<IReadOnlyList<(string Component, ErrorCode Code, long Count)>> RecoveriesAsync() =>
        [.. (await SettleAsync()).OfType<ComponentEvents.ErrorsRecovered>().Select(e => (e.Component, e.Kind.Code, e.Count))];

    public async ValueTask DisposeAsync() => await _actors.Terminate().Soon();

    private sealed class EventLog : UntypedActor
    {
        private readonly List<IComponentEvent> _events = [];

        protected override void OnReceive(object message)
        {
            if (message is IComponentEvent told) _events.Add(told);
            else Sender.Tell(_events.ToArray());
        }
    }
}
