using static Kairos.ComponentEvents;
using static Kairos.ComponentProtocol;

namespace Kairos.Tests.Actors;

/// <summary>A component's actor crashes: the message that crashed it is lost, logged and counted, and nothing else.</summary>
public sealed class ComponentCrashSpecs() : KairosTestKit(time: new FailingTime())
{
    [Fact]
    public async Task Its_counts_and_its_streak_live_on()
    {
        Fail("llm", times: 4);
        await Crash("llm");
        Fail("llm");

        var llm = await Settled("llm");
        Assert.Equal((CircuitStatus.Open, 5, 1), (llm.Circuit, llm.Errors, llm.Sequence));
    }

    [Fact]
    public async Task Reports_told_behind_the_one_that_crashed_it_are_all_taken()
    {
        await Settled("llm");
        ((FailingTime)Time).FailNext();

        Fail("llm", times: 1000);

        Assert.Equal(999, (await Settled("llm")).Errors);
    }

    [Fact]
    public async Task An_open_circuit_keeps_its_deadline_and_its_timer()
    {
        Fail("llm", times: 5);
        await Settled("llm");
        Time.Advance(TimeSpan.FromSeconds(10));
        await Crash("llm");
        Assert.Equal(Time.Start.AddSeconds(30), (await Settled("llm")).OpenUntil);
        Tell(new Subscribe("llm", TestActor));
        await ExpectMsgAsync<CurrentState>();

        Time.Advance(TimeSpan.FromSeconds(20));

        Assert.Equal(Time.Start.AddSeconds(30), (await ExpectMsgAsync<CircuitStateChanged>()).At);
    }

    [Fact]
    public async Task A_crash_on_the_tick_itself_delays_the_transition_and_changes_no_time()
    {
        Tell(new Subscribe("llm", TestActor));
        Fail("llm", times: 5);
        await Settled("llm");
        Time.Advance(TimeSpan.FromSeconds(30) - TimeSpan.FromTicks(1));
        ((FailingTime)Time).FailNext();

        Time.Advance(TimeSpan.FromTicks(1));

        await FishForMessageAsync<CircuitStateChanged>(changed => changed.Transition.To == CircuitStatus.HalfOpen && changed.At == Time.Start.AddSeconds(30));
    }

    [Fact]
    public async Task Subscribers_are_told_of_no_restart_and_hear_on_without_a_gap()
    {
        Tell(new Subscribe("llm", TestActor));
        Tell(new Isolate("llm"));
        await Settled("llm");
        await Crash("llm");
        Tell(new Reset("llm"));

        await ExpectMsgAsync<CurrentState>();
        Assert.Equal(1, (await ExpectMsgAsync<CircuitStateChanged>()).Transition.Sequence);
        await ExpectMsgAsync<HealthStatusChanged>();
        Assert.Equal(2, (await ExpectMsgAsync<CircuitStateChanged>()).Transition.Sequence);
    }

    [Fact]
    public async Task Its_sub_components_are_not_concerned()
    {
        Fail("tools/search", times: 2);
        await Settled("tools/search");
        var before = await ActorAt("tools:search");

        await Crash("tools");
        Fail("tools/search", times: 3);

        Assert.Equal((5, CircuitStatus.Open), ((await Settled("tools/search")).Errors, Kairos["tools/search"].Snapshot!.Circuit));
        Assert.Equal(ComponentHealth.Degraded, Kairos["tools"].Snapshot!.Health);
        Assert.Equal(before, await ActorAt("tools:search"));
    }

    [Fact]
    public async Task The_restart_is_logged_with_its_cause_and_told_on_the_event_stream()
    {
        var stream = CreateTestProbe();
        Sys.EventStream.Subscribe(stream.Ref, typeof(ComponentRestarted));
        await Settled("llm");

        await EventFilter.Exception<InvalidOperationException>(contains: "llm crashed on ReportSuccess").ExpectOneAsync(() => Crash("llm"));

        var restarted = await stream.ExpectMsgAsync<ComponentRestarted>();
        Assert.Equal(("llm", "the clock failed"), (restarted.Component, restarted.Cause.Message));
    }

    [Fact]
    public async Task A_hundred_crashes_in_a_row_are_survived()
    {
        Fail("llm", times: 3);
        for (var i = 0; i < 100; i++) await Crash("llm");

        Assert.Equal(3, (await Settled("llm")).Errors);
    }

    private async Task Crash(string component)
    {
        await Kairos.DrainAsync(); // only the component will look at the clock
        ((FailingTime)Time).FailNext();
        Tell(new ReportSuccess(component));
        await Kairos.DrainAsync();
    }
}
