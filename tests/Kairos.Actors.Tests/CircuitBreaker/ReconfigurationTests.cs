using static Kairos.Tests.Errors.SampleErrors;

namespace Kairos.Tests.CircuitBreaker;

/// <summary>A policy is what an input is decided by, not what a state is made of: a new one leaves everything as it is.</summary>
public class ReconfigurationTests
{
    private static readonly BreakerPolicy Ratio = new() { ConsecutiveFailures = 0, FailureRatio = 0.5, MinimumThroughput = 10 };

    [Fact]
    public void A_new_open_duration_leaves_the_deadline_of_an_open_circuit()
    {
        var breaker = BreakerUnderTest.Open();
        breaker.Policy = new BreakerPolicy { OpenDuration = TimeSpan.FromSeconds(1), OpenMax = TimeSpan.FromSeconds(1) };
        Assert.Equal(CircuitStatus.Open, breaker.At(29.9).Tick().Circuit);
        Assert.Equal(30, breaker.At(31).Tick().Since);
    }

    [Fact]
    public void The_next_opening_lasts_as_the_new_policy_says()
    {
        var breaker = BreakerUnderTest.HalfOpen();
        breaker.Policy = new BreakerPolicy { OpenDuration = TimeSpan.FromSeconds(7), OpenGrowth = 3 };
        Assert.Equal(30 + 21, breaker.Fail().OpenUntil);
    }

    [Fact]
    public void A_streak_goes_on_under_a_new_threshold()
    {
        var breaker = BreakerUnderTest.Closed().Fail(times: 4);
        breaker.Policy = new BreakerPolicy { ConsecutiveFailures = 7 };
        Assert.Equal(CircuitStatus.Closed, breaker.Fail(times: 2).Circuit);
        Assert.Equal(CircuitStatus.Open, breaker.Fail().Circuit);
    }

    [Fact]
    public void A_lower_threshold_takes_effect_with_the_next_failure()
    {
        var breaker = BreakerUnderTest.Closed().Fail(times: 4);
        breaker.Policy = new BreakerPolicy { ConsecutiveFailures = 2 };
        Assert.Equal(CircuitStatus.Closed, breaker.Tick().Circuit);
        Assert.Equal(CircuitStatus.Open, breaker.Fail().Circuit);
    }

    [Fact]
    public void The_window_stays()
    {
        var breaker = BreakerUnderTest.Closed(Ratio).Fail(times: 9);
        breaker.Policy = Ratio with { FailureRatio = 0.9 };
        Assert.Equal(TransitionReason.FailureRatio, breaker.Fail().Reason);
    }

    [Fact]
    public void A_longer_window_keeps_what_the_shorter_one_holds()
    {
        var breaker = BreakerUnderTest.Closed(Ratio with { Window = TimeSpan.FromSeconds(10) }).Fail(times: 9);
        breaker.Policy = Ratio;
        Assert.Equal(CircuitStatus.Open, breaker.At(30).Fail().Circuit);
    }

    [Fact]
    public void A_shorter_window_drops_what_is_too_old_for_it()
    {
        var breaker = BreakerUnderTest.Closed(Ratio).Fail(times: 9);
        breaker.Policy = Ratio with { Window = TimeSpan.FromSeconds(10) };
        Assert.Equal(CircuitStatus.Closed, breaker.At(30).Fail().Circuit);
    }

    [Fact]
    public void Probe_calls_that_run_keep_their_leases()
    {
        var breaker = BreakerUnderTest.HalfOpen(); // since second 30
        breaker.Admit();
        breaker.Policy = new BreakerPolicy { ProbeLease = TimeSpan.FromSeconds(1) };
        Assert.Equal(CircuitStatus.HalfOpen, breaker.At(89).Tick().Circuit);
        Assert.Equal(TransitionReason.ProbeExpired, breaker.At(90).Tick().Reason);
    }

    [Fact]
    public void A_lower_probe_limit_ends_no_probe_call_but_admits_none_either()
    {
        var breaker = BreakerUnderTest.HalfOpen(new BreakerPolicy { HalfOpenCalls = 3, SuccessThreshold = 5 });
        var probes = Enumerable.Range(0, 3).Select(_ => breaker.Admit().Ticket).ToList();
        breaker.Policy = breaker.Policy with { HalfOpenCalls = 1 };

        foreach (var probe in probes)
        {
            Assert.False(breaker.Admit().IsAdmitted);
            breaker.Succeed(probe);
        }

        Assert.Equal(3, breaker.State.ProbeSuccesses);
        Assert.True(breaker.Admit().IsAdmitted);
    }

    [Fact]
    public void Successes_of_probe_calls_count_towards_a_new_threshold()
    {
        var breaker = BreakerUnderTest.HalfOpen().Succeed();
        breaker.Policy = new BreakerPolicy { SuccessThreshold = 3 };
        Assert.Equal(CircuitStatus.HalfOpen, breaker.Succeed().Circuit);
        Assert.Equal(CircuitStatus.Closed, breaker.Succeed().Circuit);
    }

    [Fact]
    public void Openings_in_a_row_are_still_in_a_row_under_a_new_policy()
    {
        var breaker = BreakerUnderTest.HalfOpen();
        breaker.Policy = new BreakerPolicy();
        Assert.Equal(30 + 60, breaker.Fail().OpenUntil);
    }

    [Fact]
    public void An_isolated_circuit_stays_isolated()
    {
        var breaker = BreakerUnderTest.Closed().Isolate();
        breaker.Policy = new BreakerPolicy { OpenDuration = TimeSpan.FromSeconds(1) };
        Assert.True(breaker.At(100).Fail(Gating(1)).State.IsIsolated);
    }
}
