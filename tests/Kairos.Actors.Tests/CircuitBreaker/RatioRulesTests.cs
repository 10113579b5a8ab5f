using Kairos.CircuitBreaker;
using static Kairos.Tests.Errors.SampleErrors;

namespace Kairos.Tests.CircuitBreaker;

public class RatioRulesTests
{
    private static readonly BreakerPolicy HalfMayFail = new() { ConsecutiveFailures = 0, FailureRatio = 0.5, MinimumThroughput = 10 };

    private static readonly BreakerPolicy HalfMayBeSlow = HalfMayFail with
    {
        FailureRatio = 0,
        SlowCallRatio = 0.5,
        SlowCallAfter = TimeSpan.FromSeconds(2),
    };

    [Fact]
    public void Opens_when_exactly_the_share_of_the_window_failed()
    {
        var breaker = BreakerUnderTest.Closed(HalfMayFail).Succeed(times: 6).Fail(times: 5);
        Assert.Equal(CircuitStatus.Closed, breaker.Circuit); // 5 of 11

        breaker.Fail();
        Assert.Equal((CircuitStatus.Open, TransitionReason.FailureRatio), (breaker.Circuit, breaker.Reason)); // 6 of 12
    }

    [Fact]
    public void Needs_the_minimum_throughput_however_many_fail()
    {
        var breaker = BreakerUnderTest.Closed(HalfMayFail).Fail(times: 9);
        Assert.Equal(CircuitStatus.Closed, breaker.Circuit);
        Assert.Equal(CircuitStatus.Open, breaker.Fail().Circuit);
    }

    [Fact]
    public void Calls_that_have_left_the_window_are_forgotten()
    {
        var breaker = BreakerUnderTest.Closed(HalfMayFail).Fail(times: 9);
        Assert.Equal(CircuitStatus.Closed, breaker.At(60).Fail().Circuit);
    }

    [Fact]
    public void Calls_that_are_about_to_leave_the_window_still_count()
    {
        var breaker = BreakerUnderTest.Closed(HalfMayFail).Fail(times: 9);
        Assert.Equal(CircuitStatus.Open, breaker.At(59.9).Fail().Circuit);
    }

    [Fact]
    public void A_success_between_failures_does_not_empty_the_window()
    {
        var breaker = BreakerUnderTest.Closed(HalfMayFail).Fail(times: 8).Succeed().Fail();
        Assert.Equal(TransitionReason.FailureRatio, breaker.Reason);
    }

    [Fact]
    public void Neutral_outcomes_are_not_in_the_window()
    {
        var breaker = BreakerUnderTest.Closed(HalfMayFail);
        breaker.EndNeutrally(breaker.Ticket).Fail(Ignored(), times: 20).Fail(times: 9);
        Assert.Equal(CircuitStatus.Closed, breaker.Circuit);
        Assert.Equal(CircuitStatus.Open, breaker.Fail().Circuit);
    }

    [Fact]
    public void Successes_told_later_and_together_fill_the_window_and_end_no_streak()
    {
        var breaker = BreakerUnderTest.Closed(HalfMayFail with { ConsecutiveFailures = 12 }).Fail(times: 8);
        breaker.Apply(BreakerInput.Traffic(30));
        Assert.Equal(CircuitStatus.Closed, breaker.Fail(times: 3).Circuit); // 11 of 41
        Assert.Equal(TransitionReason.Failures, breaker.Fail().Reason); // the twelfth in a row
    }

    [Fact]
    public void Traffic_ends_the_streak_of_the_generation_that_it_names_and_of_no_other()
    {
        var policy = new BreakerPolicy();
        var breaker = BreakerUnderTest.Closed(policy).Isolate().Reset().Fail(times: 4); // the closed generation is 2
        breaker.Apply(BreakerInput.Traffic(1));
        breaker.Apply(BreakerInput.Traffic(1, endsStreakOf: 0));
        Assert.Equal(4, breaker.State.ConsecutiveFailures);
        breaker.Apply(BreakerInput.Traffic(1, endsStreakOf: 2));
        Assert.Equal(0, breaker.State.ConsecutiveFailures);
    }

    [Fact]
    public void Traffic_says_nothing_while_half_open()
    {
        var breaker = BreakerUnderTest.HalfOpen(HalfMayBeSlow with { ConsecutiveFailures = 5 });
        breaker.Apply(BreakerInput.Traffic(100, slow: 100));
        Assert.Equal(CircuitStatus.HalfOpen, breaker.Circuit);
        Assert.True(breaker.State.Window.IsEmpty);
    }

    [Fact]
    public void Traffic_that_was_slow_may_open_and_comes_too_late_for_another_generation()
    {
        var breaker = BreakerUnderTest.Closed(HalfMayBeSlow).Succeed(seconds: 1, times: 9);
        breaker.Apply(BreakerInput.Traffic(0, slow: 9, endsStreakOf: 7));
        Assert.Equal(CircuitStatus.Closed, breaker.Circuit);
        breaker.Apply(BreakerInput.Traffic(1, slow: 9));
        Assert.Equal((CircuitStatus.Open, TransitionReason.SlowCalls), (breaker.Circuit, breaker.Reason));
    }

    [Fact]
    public void Traffic_of_no_calls_changes_nothing()
    {
        var breaker = BreakerUnderTest.Closed(HalfMayFail).Fail(times: 9);
        breaker.At(2).Apply(BreakerInput.Traffic(0));
        Assert.Equal(CircuitStatus.Open, breaker.Fail().Circuit); // the tenth within the window
    }

    [Fact]
    public void Opens_when_exactly_the_share_of_the_window_was_slow()
    {
        var breaker = BreakerUnderTest.Closed(HalfMayBeSlow).Succeed(seconds: 1.9, times: 6).Succeed(seconds: 2, times: 5);
        Assert.Equal(CircuitStatus.Closed, breaker.Circuit);

        breaker.Succeed(seconds: 2);
        Assert.Equal((CircuitStatus.Open, TransitionReason.SlowCalls), (breaker.Circuit, breaker.Reason));
    }

    [Fact]
    public void A_slow_failure_is_a_slow_call()
    {
        var breaker = BreakerUnderTest.Closed(HalfMayBeSlow).Fail(seconds: 5, times: 10);
        Assert.Equal(TransitionReason.SlowCalls, breaker.Reason);
    }

    [Fact]
    public void A_call_that_nobody_timed_is_not_slow() =>
        Assert.Equal(CircuitStatus.Closed, BreakerUnderTest.Closed(HalfMayBeSlow).Succeed(times: 50).Circuit);

    [Fact]
    public void No_call_is_slow_when_slowness_is_not_defined()
    {
        var policy = HalfMayBeSlow with { SlowCallAfter = TimeSpan.Zero };
        Assert.Equal(CircuitStatus.Closed, BreakerUnderTest.Closed(policy).Succeed(seconds: 3600, times: 50).Circuit);
    }

    [Fact]
    public void The_first_of_several_broken_rules_gives_the_reason()
    {
        var policy = HalfMayBeSlow with { ConsecutiveFailures = 10, FailureRatio = 0.5 };
        Assert.Equal(TransitionReason.Failures, BreakerUnderTest.Closed(policy).Fail(seconds: 5, times: 10).Reason);
    }

    [Fact]
    public void The_window_begins_empty_after_a_closing()
    {
        var breaker = BreakerUnderTest.Closed(HalfMayFail with { OpenDuration = TimeSpan.FromSeconds(1) }).Fail(times: 10);
        breaker.At(1).Succeed(times: 2).Fail(times: 9);
        Assert.Equal(CircuitStatus.Closed, breaker.Circuit);
        Assert.Equal(CircuitStatus.Open, breaker.Fail().Circuit);
    }

    [Fact]
    public void Keeps_no_window_while_no_rule_needs_one()
    {
        var breaker = BreakerUnderTest.Closed(HalfMayFail with { FailureRatio = 0 }).Fail(times: 20).Succeed(times: 20);
        Assert.Equal(default, breaker.State.Window);
    }
}
