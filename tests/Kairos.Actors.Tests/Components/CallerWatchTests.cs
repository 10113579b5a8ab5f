using Kairos.CircuitBreaker;
using Kairos.Components;

namespace Kairos.Tests.Components;

/// <summary>When somebody looks at what callers only count, when they are to tell it themselves, and when the machine is asked next.</summary>
public sealed class CallerWatchTests
{
    private static readonly BreakerPolicy Plain = new();
    private static readonly BreakerPolicy Ratio = new() { FailureRatio = 0.5, Window = TimeSpan.FromSeconds(60) };
    private static readonly BreakerState Closed = BreakerState.Initial(TimeSpan.Zero);

    [Fact]
    public void One_that_is_idle_is_told_and_does_not_look()
    {
        var watch = CallerWatch.Initial;
        Assert.True(watch.WantsToKnow(Ratio, Closed));
        Assert.Null(watch.NextLook(Ratio, TimeSpan.Zero));
    }

    [Fact]
    public void Something_new_wakes_it_and_a_look_that_finds_nothing_ends_that()
    {
        var watch = CallerWatch.Initial.UpTo(3);
        Assert.Equal(new CallerWatch(3, IsIdle: false), watch);
        Assert.False(watch.WantsToKnow(Ratio, Closed));
        Assert.Equal(TimeSpan.FromSeconds(11), watch.NextLook(Ratio, TimeSpan.FromSeconds(10)));

        Assert.False(watch.LookAgain(4).IsIdle);
        Assert.True(watch.LookAgain(3).IsIdle);
    }

    [Fact]
    public void What_is_known_already_does_not_wake_it() => Assert.Equal(new CallerWatch(3, IsIdle: true), new CallerWatch(3, IsIdle: true).UpTo(3));

    [Fact]
    public void Without_a_ratio_rule_nobody_looks_and_only_the_end_of_a_streak_is_told()
    {
        var awake = CallerWatch.Initial.UpTo(3);
        Assert.Null(awake.NextLook(Plain, TimeSpan.Zero));
        Assert.False(CallerWatch.Initial.WantsToKnow(Plain, Closed));
        Assert.True(awake.WantsToKnow(Plain, Closed with { ConsecutiveFailures = 1 }));
    }

    [Fact]
    public void A_rule_that_is_switched_on_begins_with_an_empty_window()
    {
        Assert.Equal(new CallerWatch(7, IsIdle: true), new CallerWatch(3, IsIdle: false).Under(Ratio, Plain, 7));
        Assert.Equal(new CallerWatch(3, IsIdle: false), new CallerWatch(3, IsIdle: false).Under(Ratio, Ratio, 7));
        Assert.Equal(new CallerWatch(3, IsIdle: false), new CallerWatch(3, IsIdle: false).Under(Plain, Ratio, 7));
    }

    [Fact]
    public void The_machine_is_asked_at_its_deadline_or_at_the_next_look_whichever_comes_first()
    {
        var settings = new ComponentSettings { Breaker = Ratio with { OpenDuration = TimeSpan.FromSeconds(30) } };
        var component = new ComponentMachineUnderTest(settings);
        var awake = new CallerWatch(3, IsIdle: false);
        Assert.Null(component.State.NextWake(settings, CallerWatch.Initial, TimeSpan.Zero));
        Assert.Equal(TimeSpan.FromSeconds(1), component.State.NextWake(settings, awake, TimeSpan.Zero));

        component.Fail(Errors.SampleErrors.Tripping());
        Assert.Equal(TimeSpan.FromSeconds(30), component.State.NextWake(settings, CallerWatch.Initial, TimeSpan.Zero));
        Assert.Equal(TimeSpan.FromSeconds(30), component.State.NextWake(settings, awake, TimeSpan.FromSeconds(29.5)));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public void Only_while_half_open_or_with_a_ratio_rule_can_calls_be_missed(bool hasRatio, bool expected)
    {
        var policy = hasRatio ? Ratio : Plain;
        var component = new ComponentMachineUnderTest();
        Assert.Equal(expected, component.State.MayMissCalls(policy));
        component.Fail(Errors.SampleErrors.Tripping());
        component.At(30).Tick();
        Assert.True(component.State.MayMissCalls(policy));
    }

    [Fact]
    public void Who_may_have_missed_something_hears_of_children_that_are_there_and_of_those_that_are_gone()
    {
        var component = new ComponentMachineUnderTest().HearChild("llm/gone", ComponentHealth.Unhealthy, number: 4).HearChild("llm/ill", ComponentHealth.Unhealthy, number: 5);

        var inputs = ComponentMachine.Reconcile(component.State, [("llm/ill", new ChildHealth(9, ComponentHealth.Healthy)), ("llm/new", new ChildHealth(10, ComponentHealth.Degraded))]).ToList();
        Assert.Equal(["llm/gone", "llm/ill", "llm/new"], inputs.Select(input => input.Child));
        foreach (var input in inputs) component.Apply(input);

        Assert.Equal(("llm/new", new ChildHealth(10, ComponentHealth.Degraded)), component.State.AilingChildren.Select(child => (child.Key, child.Value)).Single());
    }
}
