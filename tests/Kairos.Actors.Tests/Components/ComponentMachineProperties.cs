using CsCheck;
using Kairos.Components;
using Kairos.Tests.Health;

namespace Kairos.Tests.Components;

/// <summary>What holds for every component and every sequence of inputs and times.</summary>
public class ComponentMachineProperties
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void Recovered_never_exceeds_total_for_any_kind() => ForEveryStory((settings, steps) =>
    {
        var (errors, recovered) = (new long[ErrorKind.Count], new long[ErrorKind.Count]);
        var end = Tell(settings, steps, (step, decision) =>
        {
            if (step.Input.Kind == ComponentInputKind.Error) errors[step.Input.ErrorKind.Index]++;
            recovered[step.Input.ErrorKind.Index] += decision.Recovered;
            Assert.True(recovered[step.Input.ErrorKind.Index] <= errors[step.Input.ErrorKind.Index]);
        });
        Assert.Equal((errors.Sum(), recovered.Sum()), (end.Account.Errors, end.Account.Recovered));
    });

    [Fact]
    public void Changes_are_told_in_order_of_time_and_each_begins_where_the_last_of_its_sort_ended() => ForEveryStory((settings, steps) =>
    {
        var (at, sequence, circuit, health) = (TimeSpan.Zero, 0L, CircuitStatus.Closed, ComponentHealth.Healthy);
        Tell(settings, steps, (_, decision) =>
        {
            foreach (var change in decision.Changes)
            {
                Assert.True((change.Circuit is null) != (change.Health is null));
                var moment = change.Circuit?.At ?? change.Health!.At;
                Assert.True(at <= moment && moment <= decision.State.At);
                at = moment;
                if (change.Circuit is { } transition)
                {
                    Assert.Equal((++sequence, circuit), (transition.Sequence, transition.From));
                    circuit = transition.To;
                }
                else
                {
                    Assert.Equal(health, change.Health!.From);
                    Assert.NotEqual(health, change.Health.To);
                    health = change.Health.To;
                }
            }

            Assert.Equal((circuit, health), (decision.State.Breaker.Circuit, decision.State.Health.Status));
        });
    });

    [Fact]
    public void No_deadline_that_has_passed_is_left() => ForEveryStory((settings, steps) => Tell(settings, steps, (_, decision) =>
    {
        if (decision.State.NextDeadline(settings.Health) is { } due) Assert.True(due >= decision.State.At);
    }));

    [Fact]
    public void A_tick_every_second_changes_nothing() => ForEveryStory((settings, steps) =>
    {
        var (late, ticked) = (new List<object>(), new List<object>());
        Tell(settings, steps, (_, decision) => Note(late, decision));
        TellWithATickEverySecond(settings, steps, decision => Note(ticked, decision));
        if (!late.SequenceEqual(ticked)) Assert.Equal(late, ticked);

        static void Note(List<object> decisions, in ComponentDecision decision)
        {
            foreach (var change in decision.Changes) decisions.Add((object?)change.Circuit ?? change.Health!);
        }
    });

    [Fact]
    public void The_health_shown_is_the_worst_that_was_judged_within_the_hold() => ForEveryStory((settings, steps) =>
    {
        var naive = new NaiveHealth(settings.Health);
        TellWithATickEverySecond(
            settings,
            steps,
            decision => Assert.Equal(naive.Shown(decision.State.Breaker.Circuit, decision.State.At), decision.State.Health.Status),
            naive.Hear);
    });

    private static void ForEveryStory(Action<ComponentSettings, ComponentStep[]> property) =>
        Gen.Select(ComponentMachineStories.Settings, ComponentMachineStories.Steps).Sample(property, iter: 400);

    private static ComponentState Tell(ComponentSettings settings, ComponentStep[] steps, Action<ComponentStep, ComponentDecision> see)
    {
        var (state, now) = (ComponentState.Initial(TimeSpan.Zero), TimeSpan.Zero);
        foreach (var step in steps)
        {
            now += step.Wait;
            var decision = ComponentMachine.Apply(settings, state, step.Input, now);
            see(step, decision);
            state = decision.State;
        }

        return state;
    }

    private static void TellWithATickEverySecond(
        ComponentSettings settings, ComponentStep[] steps, Action<ComponentDecision> see, Action<ComponentInput, TimeSpan>? hear = null)
    {
        var (state, now) = (ComponentState.Initial(TimeSpan.Zero), TimeSpan.Zero);
        foreach (var step in steps)
        {
            for (var end = now + step.Wait; now < end;) Apply(ComponentInput.Tick, now += Second);
            hear?.Invoke(step.Input, now);
            Apply(step.Input, now);
        }

        void Apply(in ComponentInput input, TimeSpan at)
        {
            var decision = ComponentMachine.Apply(settings, state, input, at);
            see(decision);
            state = decision.State;
        }
    }
}
