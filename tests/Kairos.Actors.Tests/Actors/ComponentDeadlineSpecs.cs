using Akka.Actor;
using static Kairos.ComponentEvents;
using static Kairos.ComponentProtocol;

namespace Kairos.Tests.Actors;

public sealed class ComponentDeadlineSpecs : KairosTestKit
{
    [Fact]
    public async Task An_open_circuit_becomes_half_open_at_its_deadline_and_not_before()
    {
        await Open("llm");
        Time.Advance(TimeSpan.FromSeconds(30) - TimeSpan.FromTicks(1));
        Assert.Equal(CircuitStatus.Open, (await Settled("llm")).Circuit);

        Time.Advance(TimeSpan.FromTicks(1));

        var changed = await ExpectMsgAsync<CircuitStateChanged>();
        Assert.Equal((CircuitStatus.HalfOpen, TransitionReason.Deadline), (changed.Transition.To, changed.Transition.Reason));
        Assert.Equal(Time.Start.AddSeconds(30), changed.At);
    }

    [Fact]
    public async Task What_a_deadline_brings_about_carries_its_time_however_late_the_tick()
    {
        await Open("llm");

        Time.Advance(TimeSpan.FromHours(3));

        var changed = await ExpectMsgAsync<CircuitStateChanged>();
        Assert.Equal((Time.Start.AddSeconds(30), TimeSpan.FromSeconds(30)), (changed.At, changed.Transition.At));
        Assert.Equal(Time.Start.AddSeconds(30), (await Settled("llm")).Since);
    }

    [Fact]
    public async Task A_retry_after_while_open_moves_the_deadline_and_its_timer()
    {
        await Open("llm");
        Tell(new ReportError("llm", Error() with { RetryAfter = TimeSpan.FromSeconds(40) }));
        await ExpectMsgAsync<ErrorRecorded>();
        Assert.Equal(Time.Start.AddSeconds(40), (await Settled("llm")).OpenUntil);

        Time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(CircuitStatus.Open, (await Settled("llm")).Circuit);
        Time.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(Time.Start.AddSeconds(40), (await ExpectMsgAsync<CircuitStateChanged>()).At);
    }

    [Fact]
    public async Task Each_opening_in_a_row_lasts_longer()
    {
        await Open("llm");
        var at = Time.Start;
        foreach (var lasts in new[] { 30, 60, 120, 240, 300, 300 })
        {
            at = at.AddSeconds(lasts);
            Time.Advance(TimeSpan.FromSeconds(lasts));
            Assert.Equal(at, (await FishForMessageAsync<CircuitStateChanged>(_ => true)).At);
            Fail("llm"); // a report while half-open stands for a probe call
            Assert.Equal(TransitionReason.ProbeFailed, (await FishForMessageAsync<CircuitStateChanged>(_ => true)).Transition.Reason);
        }
    }

    [Fact]
    public async Task Who_is_told_that_a_circuit_has_opened_can_rely_on_its_timer()
    {
        Tell(new Subscribe("llm", new Hasty(() => Time.Advance(TimeSpan.FromSeconds(30))))); // while the actor still runs
        Tell(new Subscribe("llm", TestActor));

        Fail("llm", times: 5);

        await FishForMessageAsync<CircuitStateChanged>(changed => changed.Transition.To == CircuitStatus.HalfOpen);
    }

    [Fact]
    public async Task A_deadline_further_away_than_timers_reach_is_kept()
    {
        var isolating = ComponentSettings.Default with
        {
            Breaker = new BreakerPolicy { OpenDuration = TimeSpan.FromDays(1), OpenMax = TimeSpan.FromDays(7) },
        };
        Tell(new Reconfigure("llm", isolating));
        await Open("llm");
        for (var hour = 0; hour < 24; hour++)
        {
            Assert.Equal(CircuitStatus.Open, (await Settled("llm")).Circuit);
            Time.Advance(TimeSpan.FromHours(1));
        }

        Assert.Equal(Time.Start.AddDays(1), (await ExpectMsgAsync<CircuitStateChanged>()).At);
    }

    [Fact]
    public async Task Health_improves_by_its_timer_once_the_improvement_has_held()
    {
        Tell(new ReportHealth("memory", ComponentHealth.Degraded));
        await Settled("memory");
        Time.Advance(TimeSpan.FromSeconds(5));
        Tell(new ReportHealth("memory", ComponentHealth.Healthy));
        await Settled("memory");
        Tell(new Subscribe("memory", TestActor));
        await ExpectMsgAsync<CurrentState>();

        Time.Advance(TimeSpan.FromSeconds(10) - TimeSpan.FromTicks(1));
        Assert.Equal(ComponentHealth.Degraded, (await Settled("memory")).Health);
        Time.Advance(TimeSpan.FromTicks(1));

        var changed = await ExpectMsgAsync<HealthStatusChanged>();
        Assert.Equal((ComponentHealth.Degraded, ComponentHealth.Healthy), (changed.Change.From, changed.Change.To));
        Assert.Equal(Time.Start.AddSeconds(15), changed.At);
    }

    [Fact]
    public async Task A_high_error_rate_degrades_and_recovers_by_itself_when_the_errors_have_aged()
    {
        var tolerant = ComponentSettings.Default with { Breaker = new BreakerPolicy { ConsecutiveFailures = 0 } };
        Tell(new Reconfigure("llm", tolerant));
        Fail("llm", times: 10);
        Assert.Equal((ComponentHealth.Degraded, CircuitStatus.Closed), ((await Settled("llm")).Health, Kairos["llm"].Snapshot!.Circuit));
        Tell(new Subscribe("llm", TestActor));
        await ExpectMsgAsync<CurrentState>();

        Time.Advance(TimeSpan.FromSeconds(60)); // the errors have left the minute; the improvement must now hold
        await Settled("llm");
        Time.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(Time.Start.AddSeconds(70), (await ExpectMsgAsync<HealthStatusChanged>()).At);
    }

    private async Task Open(string component)
    {
        Fail(component, times: 5);
        await Settled(component);
        Tell(new Subscribe(component, TestActor));
        Assert.Equal(CircuitStatus.Open, (await ExpectMsgAsync<CurrentState>()).Snapshot.Circuit);
    }

    /// <summary>A subscriber that acts while it is being told.</summary>
    private sealed class Hasty(Action onOpened) : MinimalActorRef
    {
        public override ActorPath Path { get; } = new RootActorPath(Address.AllSystems) / "hasty";

        public override IActorRefProvider Provider => throw new NotSupportedException();

        protected override void TellInternal(object message, IActorRef sender)
        {
            if (message is CircuitStateChanged { Transition.To: CircuitStatus.Open }) onOpened();
        }
    }
}
