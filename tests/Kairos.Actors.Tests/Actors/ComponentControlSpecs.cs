using static Kairos.ComponentEvents;
using static Kairos.ComponentProtocol;

namespace Kairos.Tests.Actors;

public sealed class ComponentControlSpecs : KairosTestKit
{
    [Fact]
    public async Task An_isolated_component_stays_open_until_it_is_reset()
    {
        Tell(new Isolate("llm"));
        var isolated = await Settled("llm");
        Assert.Equal((CircuitStatus.Open, true, null), (isolated.Circuit, isolated.IsIsolated, isolated.OpenUntil));

        Time.Advance(TimeSpan.FromDays(365));
        Assert.Equal(CircuitStatus.Open, (await Settled("llm")).Circuit);

        Tell(new Reset("llm"));
        var reset = await Settled("llm");
        Assert.Equal((CircuitStatus.Closed, TransitionReason.Manual), (reset.Circuit, reset.Last.Reason));
    }

    [Fact]
    public async Task Isolating_what_is_open_is_no_transition_but_takes_its_deadline_away()
    {
        Fail("llm", times: 5);
        Tell(new Isolate("llm"));

        var isolated = await Settled("llm");

        Assert.Equal((1, true), (isolated.Sequence, isolated.IsIsolated));
    }

    [Fact]
    public async Task A_reset_forgets_the_streak_and_no_count()
    {
        Fail("llm", times: 4);
        Tell(new Reset("llm"));
        Fail("llm");

        var llm = await Settled("llm");

        Assert.Equal((CircuitStatus.Closed, 1, 5), (llm.Circuit, llm.ConsecutiveFailures, llm.Errors));
    }

    [Fact]
    public async Task New_settings_hold_from_the_next_report_on_and_keep_the_streak()
    {
        Fail("llm", times: 2);
        Tell(new Reconfigure("llm", Tolerating(3)));
        Assert.Equal((CircuitStatus.Closed, 2), ((await Settled("llm")).Circuit, Kairos["llm"].Snapshot!.ConsecutiveFailures));

        Fail("llm");

        var llm = await Settled("llm");
        Assert.Equal(CircuitStatus.Open, llm.Circuit);
        Assert.Equal(Tolerating(3), llm.Settings);
    }

    [Fact]
    public async Task New_settings_leave_the_deadline_of_an_open_circuit_alone()
    {
        Fail("llm", times: 5);
        var shorter = ComponentSettings.Default with { Breaker = new BreakerPolicy { OpenDuration = TimeSpan.FromSeconds(1) } };
        Tell(new Reconfigure("llm", shorter));

        var llm = await Settled("llm");

        Assert.Equal((Time.Start.AddSeconds(30), 1), (llm.OpenUntil, llm.Sequence));
    }

    [Theory]
    [InlineData(typeof(Isolate), CircuitStatus.Open)]
    [InlineData(typeof(Reset), CircuitStatus.Closed)]
    public async Task A_command_by_hand_creates_the_component(Type command, CircuitStatus circuit)
    {
        Tell(Activator.CreateInstance(command, "speech")!);

        Assert.Equal(circuit, (await Settled("speech")).Circuit);
    }

    [Fact]
    public async Task Reconfiguring_is_told_to_nobody_when_it_changes_nothing()
    {
        Tell(new Subscribe("llm", TestActor));
        Tell(new Reconfigure("llm", Tolerating(50)));
        Fail("llm");

        await ExpectMsgAsync<CurrentState>();
        await ExpectMsgAsync<ErrorRecorded>();
    }

    private static ComponentSettings Tolerating(int failures) =>
        ComponentSettings.Default with { Breaker = new BreakerPolicy { ConsecutiveFailures = failures } };
}
