using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Kairos.Tests.Calls;

namespace Kairos.Tests.Actors.Workers;

/// <summary>Workers that cannot be made: found out at the start where that can be, else tried again with back-off.</summary>
public sealed class FailedStartSpecs
{
    [Fact]
    public async Task Every_one_backs_off_counts_as_a_restart_and_is_told_once()
    {
        var worker = new WorkerUnderTest();
        await using var system = await worker.StartAsync(hocon: "akka.loglevel = WARNING");
        await WorkerUnderTest.UpAsync(system);
        worker.Props = worker.Props.WithDispatcher("no-such-dispatcher"); // later than Kairos looks
        system.Kairos.Remove("llm");
        await system.SettleAsync();
        system.Llm.ReportSuccess(); // creates it anew
        Assert.Equal(1, (await worker.NextWaitAsync()).TotalSeconds);
        await system.SettleAsync();
        using var listener = Inbox.Create(system.Actors);
        system.Actors.EventStream.Subscribe(listener.Receiver, typeof(LogEvent));
        foreach (var (restarts, wait) in new[] { (0, 1), (1, 2), (2, 4), (3, 5), (4, 5) })
        {
            if (restarts > 0) Assert.Equal(wait, (await worker.NextWaitAsync()).TotalSeconds);
            var snapshot = await system.SettleAsync();
            Assert.Equal((restarts + 1, ComponentHealth.Unhealthy), (snapshot.Errors, snapshot.Health));
            Assert.Equal(restarts + 1, system.Kairos.MetricsOf("llm").Restarts?.Measure().Value ?? 0);
            worker.Time.Advance(TimeSpan.FromSeconds(wait));
        }

        await worker.NextWaitAsync();
        await system.SettleAsync();
        system.Actors.EventStream.Publish(new Warning(null, "end", typeof(FailedStartSpecs), "end"));
        var lines = new List<string>();
        while (lines is not [.., "end"]) lines.Add(((LogEvent)await listener.ReceiveAsync(TimeSpan.FromSeconds(30))).Message.ToString()!);
        Assert.Equal(5, lines.Count - 1);
        Assert.Equal(5, lines.Count(line => line.Contains("llm error internal_error (not recoverable, ConfigurationException): the worker crashed: ", StringComparison.Ordinal)));
        Assert.Equal(1, worker.Lives);
    }

    [Fact]
    public async Task A_constructor_that_fails_counts_as_a_restart_each_time_and_health_does_not_waver()
    {
        var worker = new WorkerUnderTest { OnConstruct = life => Assert.InRange(life, 4, int.MaxValue) };
        await using var system = await worker.StartAsync(c => c with { Health = c.Health with { Hold = TimeSpan.Zero } });
        var wait = await worker.NextWaitAsync();
        await system.SettleAsync();
        using var listener = Inbox.Create(system.Actors);
        system.Actors.EventStream.Subscribe(listener.Receiver, typeof(ComponentEvents.HealthStatusChanged));
        foreach (var restarts in new[] { 0, 1, 2 })
        {
            if (restarts > 0) wait = await worker.NextWaitAsync();
            await system.SettleAsync();
            Assert.Equal(restarts + 1, system.Kairos.MetricsOf("llm").Restarts?.Measure().Value ?? 0);
            worker.Time.Advance(wait);
        }

        Assert.Equal("hello 1", await system.Llm.AskAsync<string>("hello").AsTask().Soon());
        Assert.Equal((3, ComponentHealth.Healthy), ((await system.SettleAsync()).Errors, system.Llm.Snapshot!.Health));
        Assert.Equal(3, system.Kairos.MetricsOf("llm").Restarts?.Measure().Value);
        var changed = (ComponentEvents.HealthStatusChanged)await listener.ReceiveAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(ComponentHealth.Healthy, changed.Change.To); // the first one since it went down
    }

    [Fact]
    public async Task What_it_failed_of_is_told_without_the_wrapping_of_Akka()
    {
        var worker = new WorkerUnderTest { OnConstruct = _ => throw new FormatException("of this") };
        await using var system = await worker.StartAsync();
        using var listener = Inbox.Create(system.Actors);
        system.Actors.EventStream.Subscribe(listener.Receiver, typeof(ComponentEvents.ErrorRecorded));

        worker.Time.Advance(await worker.NextWaitAsync());

        var recorded = (ComponentEvents.ErrorRecorded)await listener.ReceiveAsync(TimeSpan.FromSeconds(30));
        Assert.Equal("the worker crashed: of this", recorded.Error.Message);
        Assert.IsType<FormatException>(recorded.Error.Cause);
    }

    [Theory]
    [InlineData("dispatcher", "no-such-dispatcher")]
    [InlineData("mailbox", "no-such-mailbox")]
    public async Task A_dispatcher_or_a_mailbox_that_there_is_not_is_refused_at_the_start(string what, string named)
    {
        using var actors = ActorSystem.Create("wrong", ConfigurationFactory.ParseString("akka { loglevel = OFF, stdout-loglevel = OFF }"));
        var good = Props.Create(() => new Idle());
        var bad = what == "dispatcher" ? good.WithDispatcher(named) : good.WithMailbox(named);

        var exception = Assert.Throws<SettingsException>(() => actors.UseKairos(options => options.Worker("llm", bad).Worker("tools", good)));

        var problem = Assert.Single(exception.Problems);
        Assert.StartsWith($"{what} of the worker of 'llm' = '{named}': ", problem.ToString(), StringComparison.Ordinal);
        Assert.IsType<IKairos>(actors.UseKairos(options => options.Worker("tools", good)), exactMatch: false); // nothing had been started
        await actors.Terminate().Soon();
    }

    private sealed class Idle : UntypedActor
    {
        protected override void OnReceive(object message)
        {
        }
    }
}
