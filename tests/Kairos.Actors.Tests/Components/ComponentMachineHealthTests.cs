using Kairos.CircuitBreaker;
using Kairos.Components;
using static Kairos.Tests.Errors.SampleErrors;

namespace Kairos.Tests.Components;

/// <summary>Every source of health, and the moments at which its changes happen.</summary>
public class ComponentMachineHealthTests
{
    private readonly ComponentMachineUnderTest _component = new();

    [Fact]
    public void Health_follows_the_breaker_down_at_once_and_up_after_the_hold()
    {
        _component.At(1).Fail(Tripping()).At(35).Succeed().Succeed().At(100).Tick();
        Assert.Equal(
            ["1: open", "1: unhealthy", "31: half-open", "35: closed", "41: degraded", "45: healthy"], _component.Changes);
    }

    [Fact]
    public void A_late_tick_finds_every_deadline_at_its_own_moment_and_in_order()
    {
        var component = new ComponentMachineUnderTest();
        component.Fail(Tripping()).At(31).Apply(ComponentInput.Of(BreakerInput.Claim(new CallTicket(2, 1))));
        component.At(1000).Tick();
        Assert.Equal( // the probe call expires at 91; the first opening by a rule lasts 30 s
            ["0: open", "0: unhealthy", "30: half-open", "40: degraded", "91: open", "91: unhealthy", "121: half-open", "131: degraded"],
            component.Changes);
    }

    [Fact]
    public void Ten_errors_a_minute_degrade_until_one_is_a_minute_old_and_that_has_held()
    {
        for (var second = 0; second < 10; second++) _component.At(second).Fail(Ignored());
        Assert.Equal(ComponentHealth.Degraded, _component.Health);
        Assert.Equal(TimeSpan.FromSeconds(60), _component.State.NextDeadline(_component.Settings.Health));

        _component.At(500).Tick();
        Assert.Equal(["9: degraded", "70: healthy"], _component.Changes);
    }

    [Fact]
    public void The_rate_has_to_fall_below_the_threshold_not_to_zero()
    {
        for (var second = 0; second < 12; second++) _component.At(second).Fail(Ignored());
        _component.At(500).Tick(); // nine are left when the third leaves, at 62
        Assert.Equal(["9: degraded", "72: healthy"], _component.Changes);
    }

    [Fact]
    public void Nine_errors_a_minute_degrade_nothing()
    {
        _component.Fail(Ignored(), times: 9).At(60).Fail(Ignored(), times: 9);
        Assert.Empty(_component.Changes);
        Assert.Null(_component.State.NextDeadline(_component.Settings.Health));
    }

    [Fact]
    public void A_verdict_holds_until_the_next_one()
    {
        _component.At(1).Hear(ComponentHealth.Degraded).At(1000).Hear(ComponentHealth.Healthy).At(2000).Tick();
        Assert.Equal(["1: degraded", "1010: healthy"], _component.Changes);
    }

    [Fact]
    public void A_verdict_of_unhealthy_opens_the_circuit_with_the_reason_health()
    {
        _component.At(1).Hear(ComponentHealth.Unhealthy);
        Assert.Equal(["1: open", "1: unhealthy"], _component.Changes);
        Assert.Equal(TransitionReason.Health, _component.State.Breaker.Last.Reason);
    }

    [Fact]
    public void A_verdict_of_unhealthy_leaves_the_circuit_alone_where_that_is_set()
    {
        var component = new ComponentMachineUnderTest(new ComponentSettings { Health = new HealthPolicy { OpensCircuit = false } });
        component.At(1).Hear(ComponentHealth.Unhealthy);
        Assert.Equal(["1: unhealthy"], component.Changes);
    }

    [Fact]
    public void A_verdict_of_unhealthy_still_stands_when_the_circuit_is_half_open()
    {
        _component.At(1).Hear(ComponentHealth.Unhealthy).At(500).Tick();
        Assert.Equal((CircuitStatus.HalfOpen, ComponentHealth.Unhealthy), (_component.Circuit, _component.Health));
    }

    [Fact]
    public void A_component_whose_worker_is_down_is_unhealthy()
    {
        _component.At(1).HearWorker(isDown: true).At(5).HearWorker(isDown: false).At(100).Tick();
        Assert.Equal(["1: unhealthy", "15: healthy"], _component.Changes);
    }

    [Fact]
    public void Every_child_has_to_be_healthy()
    {
        _component.At(1).HearChild("tools/a", ComponentHealth.Unhealthy).At(2).HearChild("tools/b", ComponentHealth.Degraded);
        _component.At(3).HearChild("tools/a", ComponentHealth.Healthy).At(50).Tick();
        Assert.Equal(["1: degraded"], _component.Changes);

        _component.At(60).HearChild("tools/b", ComponentHealth.Healthy).At(100).Tick();
        Assert.Equal(["1: degraded", "70: healthy"], _component.Changes);
    }

    [Fact]
    public void What_a_former_child_tells_late_is_not_of_the_one_that_has_its_name_now()
    {
        _component.HearChild("tools/a", ComponentHealth.Degraded, number: 2).HearChild("tools/a", ComponentHealth.Healthy, number: 1);
        Assert.Equal(new ChildHealth(2, ComponentHealth.Degraded), _component.State.AilingChildren["tools/a"]);
        _component.HearChild("tools/a", ComponentHealth.Unhealthy, number: 2);
        Assert.Equal(new ChildHealth(2, ComponentHealth.Unhealthy), _component.State.AilingChildren["tools/a"]);
    }

    [Fact]
    public void A_child_that_was_never_ill_may_say_that_it_is_healthy() =>
        Assert.Empty(_component.HearChild("tools/a", ComponentHealth.Healthy).Changes);

    [Fact]
    public void Between_unhealthy_and_healthy_there_may_be_a_moment_of_degraded()
    {
        var component = new ComponentMachineUnderTest(new ComponentSettings { Health = new HealthPolicy { OpensCircuit = false } });
        component.At(1).Hear(ComponentHealth.Unhealthy).At(20).Hear(ComponentHealth.Degraded).At(24).Hear(ComponentHealth.Healthy).At(90).Tick();
        Assert.Equal(["1: unhealthy", "30: degraded", "34: healthy"], component.Changes);
    }

    [Fact]
    public void A_shorter_hold_takes_effect_when_it_is_set()
    {
        _component.At(1).HearWorker(isDown: true).At(5).HearWorker(isDown: false).At(8).Tick();
        _component.Settings = new ComponentSettings { Health = new HealthPolicy { Hold = TimeSpan.FromSeconds(1) } };
        _component.Tick();
        Assert.Equal(["1: unhealthy", "8: healthy"], _component.Changes);
    }

    [Fact]
    public void A_deadline_takes_effect_before_an_input_at_the_same_time()
    {
        _component.Fail(Tripping()).At(30).Fail(Counted(retryAfter: 1)); // finds it half-open, so a probe has failed
        Assert.Equal(["0: open", "0: unhealthy", "30: half-open", "30: open"], _component.Changes);
        Assert.Equal(TransitionReason.ProbeFailed, _component.State.Breaker.Last.Reason);
    }
}
