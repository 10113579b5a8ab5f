using System.Diagnostics;
using Akka.Actor;
using Akka.Configuration;
using Kairos.Tests.Calls;

namespace Kairos.Tests.Dispatch;

/// <summary>Who waits for a component's actor lends it the thread, and neither of the two notices anything of it.</summary>
public sealed class LendingSpecs
{
    private static readonly AsyncLocal<string?> Ambient = new();

    [Fact]
    public async Task The_actor_takes_a_failure_in_on_the_thread_of_the_caller_who_waits_for_that()
    {
        await using var system = await GuardedSystem.StartAsync(TimeProvider.System);
        var witness = await Witness.SubscribeAsync(system);

        await Idle(() => witness.Thread == Environment.CurrentManagedThreadId, () => system.Llm.FailAsync());
    }

    [Fact]
    public async Task Switched_off_no_thread_is_lent()
    {
        await using var system = await GuardedSystem.StartAsync(TimeProvider.System, hocon: "kairos.dispatcher.lend-threads = off");
        var witness = await Witness.SubscribeAsync(system);
        for (var i = 0; i < 200; i++)
        {
            var caller = Environment.CurrentManagedThreadId;
            var call = system.Llm.FailAsync();
            Assert.NotEqual(caller, witness.Thread);
            await call;
        }

        Assert.Equal(2, (await system.SettleAsync()).Errors); // the others were rejected
        Assert.NotEqual(0, witness.Thread);
    }

    [Fact]
    public async Task And_sees_nothing_of_what_the_caller_has_around_it()
    {
        await using var system = await GuardedSystem.StartAsync(TimeProvider.System);
        var witness = await Witness.SubscribeAsync(system);
        Ambient.Value = "the caller's";
        using var span = new Activity("the caller's").Start();

        await Idle(() => witness.Thread == Environment.CurrentManagedThreadId, () => system.Llm.FailAsync());

        Assert.Equal((null, null), (witness.Ambient, witness.Span));
        Assert.Equal(("the caller's", span), (Ambient.Value, Activity.Current));
    }

    [Fact]
    public async Task An_actor_that_calls_is_itself_again_afterwards()
    {
        await using var system = await GuardedSystem.StartAsync(TimeProvider.System, c => c with { Breaker = c.Breaker with { ConsecutiveFailures = 0 } });
        var caller = system.Actors.ActorOf(Props.Create(() => new Caller(system.Llm)));

        for (var i = 1; i <= 100; i++) Assert.Equal(caller, await caller.Ask<IActorRef>("call", TimeSpan.FromSeconds(30)));

        Assert.Equal(100, (await system.SettleAsync()).Errors);
    }

    [Fact]
    public async Task A_subscriber_that_throws_on_a_lent_thread_costs_neither_its_caller_nor_the_actor_anything()
    {
        await using var system = await GuardedSystem.StartAsync(TimeProvider.System);
        var witness = await Witness.SubscribeAsync(system);
        witness.CrashOnce();

        Assert.Equal(CallStatus.Failure, (await system.Llm.FailAsync().AsTask().Soon()).Status);
        Assert.Equal(CallStatus.Failure, (await system.Llm.FailAsync().AsTask().Soon()).Status);

        Assert.Equal(2, (await system.SettleAsync()).Errors);
        Assert.Null(system.Kairos.MetricsOf("llm").Restarts);
        Assert.Equal(CallStatus.Rejected, (await system.Llm.SucceedAsync()).Status);
    }

    [Fact]
    public async Task Who_is_told_on_a_lent_thread_may_call_another_component_from_there()
    {
        await using var system = await GuardedSystem.StartAsync(TimeProvider.System);
        var other = system.Kairos["memory"];
        await other.FailAsync(); // it exists
        var witness = await Witness.SubscribeAsync(system);
        witness.Then = () => Assert.True(other.FailAsync().AsTask().Wait(TimeSpan.FromSeconds(10)));

        await Idle(() => witness.Thread == Environment.CurrentManagedThreadId, () => system.Llm.FailAsync());
        await system.SettleAsync();

        foreach (var guard in new[] { system.Llm, other })
            Assert.Equal(guard.Snapshot!.Errors, system.Kairos.MetricsOf(guard.Component).Errors.Sum(series => series.Measure().Value));
    }

    [Fact]
    public async Task Another_dispatcher_does_as_well()
    {
        var config = ConfigurationFactory.ParseString("kairos.dispatcher { type = Dispatcher, executor = default-executor }\nakka { loglevel = OFF, stdout-loglevel = OFF }");
        var actors = ActorSystem.Create("plain", config);
        try
        {
            var kairos = actors.UseKairos(options => options.Defaults(c => c with { Call = c.Call with { Retry = c.Call.Retry with { MaxAttempts = 1 } } }));
            for (var i = 1; i <= 100; i++)
            {
                await kairos["llm"].FailAsync().AsTask().Soon();
                kairos["llm"].ReportSuccess();
            }

            Assert.Equal(100, (await kairos["llm"].GetSnapshotAsync()).Errors);
        }
        finally
        {
            await actors.Terminate().Soon();
        }
    }

    /// <summary>An actor that has something else to do needs no lent thread: it is tried until it has not.</summary>
    private static async Task Idle(Func<bool> isSo, Func<ValueTask<CallOutcome<int>>> call)
    {
        for (var i = 0; i < 1000; i++)
        {
            var pending = call();
            if (isSo()) return;
            await pending;
        }

        Assert.Fail("never in a thousand calls");
    }

    private sealed class Caller(ComponentGuard guard) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            guard.FailAsync().AsTask().Wait(TimeSpan.FromSeconds(10));
            Context.Sender.Tell(Context.Self);
        }
    }

    /// <summary>A subscriber that is told on the thread of who tells it.</summary>
    private sealed class Witness : MinimalActorRef
    {
        private int _crashes;

        public override ActorPath Path { get; } = new RootActorPath(Address.AllSystems) / "witness";

        public override IActorRefProvider Provider => throw new NotSupportedException();

        public int Thread { get; private set; }

        public Action Then { get; set; } = () => { };

        public string? Ambient { get; private set; }

        public Activity? Span { get; private set; }

        public static async Task<Witness> SubscribeAsync(GuardedSystem system)
        {
            var witness = new Witness();
            system.Kairos.Supervisor.Tell(new ComponentProtocol.Subscribe("llm", witness));
            await system.SettleAsync();
            return witness;
        }

        public void CrashOnce() => Volatile.Write(ref _crashes, 1);

        protected override void TellInternal(object message, IActorRef sender)
        {
            if (message is not ComponentEvents.ErrorRecorded) return;
            (Thread, Ambient, Span) = (Environment.CurrentManagedThreadId, LendingSpecs.Ambient.Value, Activity.Current);
            Then();
            if (Interlocked.Exchange(ref _crashes, 0) == 1) throw new InvalidOperationException("the witness crashes");
        }
    }
}
