using CsCheck;
using Kairos.Components;

namespace Kairos.Tests.Components;

/// <summary>When a health probe is run, and what a late answer means.</summary>
public sealed class ProbeMachineTests
{
    private static readonly HealthPolicy Policy = new() { ProbeInterval = TimeSpan.FromSeconds(30), ProbeTimeout = TimeSpan.FromSeconds(5) };
    private ProbeState _state;

    [Fact]
    public void It_rests_before_its_first_check_and_behind_each()
    {
        Assert.Equal(ProbeStep.Nothing, Tick(29.999));
        Assert.Equal((ProbeStep.Check, 1), (Tick(30), _state.Check));
        Assert.Equal(ProbeStep.Tell, End(1, 32));
        Assert.Equal(ProbeStep.Nothing, Tick(61.999));
        Assert.Equal((ProbeStep.Check, 2), (Tick(62), _state.Check));
    }

    [Fact]
    public void One_that_does_not_answer_in_time_is_given_up_and_rests()
    {
        Tick(30);
        Assert.Equal(ProbeStep.Nothing, Tick(34.999));
        Assert.Equal(ProbeStep.GiveUp, Tick(35));
        Assert.Equal(TimeSpan.FromSeconds(65), _state.NextDeadline(Policy));
    }

    [Fact]
    public void What_was_given_up_has_nothing_to_say_any_more()
    {
        Tick(30);
        Tick(35);
        Assert.Equal(ProbeStep.Nothing, End(1, 36));
        Tick(65);
        var checking = _state;
        Assert.Equal(ProbeStep.Nothing, End(1, 66));
        Assert.Equal(checking, _state);
        Assert.Equal(ProbeStep.Tell, End(2, 67));
    }

    [Fact]
    public void Another_policy_holds_at_once()
    {
        Assert.Equal(ProbeStep.Check, ProbeMachine.Tick(Policy with { ProbeInterval = TimeSpan.FromSeconds(1) }, ref _state, TimeSpan.FromSeconds(1)));
        Assert.Equal(ProbeStep.GiveUp, ProbeMachine.Tick(Policy with { ProbeTimeout = TimeSpan.FromSeconds(1) }, ref _state, TimeSpan.FromSeconds(2)));
    }

    [Fact]
    public void Each_check_begins_after_the_one_before_it_has_had_its_verdict() => Gen.Select(Gen.Bool, Gen.Int[0, 40]).Array[0, 50].Sample(story =>
    {
        var (state, now, running, checks) = (default(ProbeState), TimeSpan.Zero, false, 0L);
        foreach (var (ends, seconds) in story)
        {
            now += TimeSpan.FromSeconds(seconds);
            var step = ends ? ProbeMachine.End(ref state, checks, now) : ProbeMachine.Tick(Policy, ref state, now);
            if (step == ProbeStep.Check) Assert.Equal(++checks, state.Check);
            if (step != ProbeStep.Nothing) Assert.Equal(running, step != ProbeStep.Check);
            running = step == ProbeStep.Nothing ? running : step == ProbeStep.Check;
            Assert.Equal(running, state.IsChecking);
        }
    });

    private ProbeStep Tick(double seconds) => ProbeMachine.Tick(Policy, ref _state, TimeSpan.FromSeconds(seconds));

    private ProbeStep End(long check, double seconds) => ProbeMachine.End(ref _state, check, TimeSpan.FromSeconds(seconds));
}
