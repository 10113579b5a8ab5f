using static Kairos.Tests.Errors.SampleErrors;

namespace Kairos.Tests.CircuitBreaker;

/// <summary>What other breakers were found to do wrong, one test each.</summary>
public class FaultsOfOthersTests
{
    private readonly BreakerUnderTest _halfOpen = BreakerUnderTest.HalfOpen(new BreakerPolicy { SuccessThreshold = 1 });

    // Polly 8.9.1

    [Fact]
    public void A_caller_who_cancels_the_half_open_probe_does_not_close_the_circuit()
    {
        _halfOpen.EndNeutrally(_halfOpen.Admit().Ticket);
        Assert.Equal(CircuitStatus.HalfOpen, _halfOpen.Circuit);
    }

    [Fact]
    public void A_call_from_before_the_opening_that_succeeds_late_does_not_close_the_circuit()
    {
        var breaker = BreakerUnderTest.Closed(new BreakerPolicy { SuccessThreshold = 1 });
        var late = breaker.Admit().Ticket;
        breaker.Fail(times: 5);
        Assert.Equal(CircuitStatus.Open, breaker.At(10).Succeed(late).Circuit);
        Assert.Equal(CircuitStatus.HalfOpen, breaker.At(40).Succeed(late).Circuit);
    }

    [Fact]
    public void A_probe_that_hangs_does_not_leave_the_circuit_half_open_for_ever()
    {
        _halfOpen.Admit();
        Assert.False(_halfOpen.At(89).Admit().IsAdmitted);
        Assert.Equal(CircuitStatus.Open, _halfOpen.At(90).Tick().Circuit);
        Assert.True(_halfOpen.At(150).Admit().IsAdmitted); // and the next one gets its chance
    }

    // Akka's CircuitBreaker

    [Fact]
    public void Callers_who_cancel_do_not_open_the_circuit()
    {
        var breaker = BreakerUnderTest.Closed(new BreakerPolicy { ConsecutiveFailures = 2 });
        for (var i = 0; i < 20; i++) breaker.EndNeutrally(breaker.Admit().Ticket);
        Assert.Equal(CircuitStatus.Closed, breaker.Circuit);
    }

    [Fact]
    public void A_growth_of_one_and_a_half_has_an_effect() =>
        Assert.Equal(30 + 45, BreakerUnderTest.HalfOpen(new BreakerPolicy { OpenGrowth = 1.5 }).Fail().OpenUntil);

    [Fact]
    public void Jitter_has_an_effect()
    {
        var policy = new BreakerPolicy { OpenJitter = 0.1 };
        Assert.NotEqual(BreakerUnderTest.Open(policy, seed: 1).OpenUntil, BreakerUnderTest.Open(policy, seed: 2).OpenUntil);
    }

    // The original in Go

    [Fact]
    public void A_failure_while_half_open_reopens_the_circuit()
    {
        _halfOpen.Fail(ticket: _halfOpen.Admit().Ticket);
        Assert.Equal(CircuitStatus.Open, _halfOpen.Circuit);
    }

    [Fact]
    public void Probe_calls_are_limited()
    {
        var admitted = Enumerable.Range(0, 100).Count(_ => _halfOpen.Admit().IsAdmitted);
        Assert.Equal(1, admitted);
    }

    // LiteLLM

    [Fact]
    public void A_longer_retry_after_extends_a_shorter_one()
    {
        var breaker = BreakerUnderTest.Closed().Fail(Gating(5)).At(1).Fail(Gating(60));
        Assert.Equal(61, breaker.OpenUntil);
    }

    [Fact]
    public void A_shorter_retry_after_does_not_shorten_a_longer_one()
    {
        var breaker = BreakerUnderTest.Closed().Fail(Gating(60)).At(1).Fail(Gating(5));
        Assert.Equal(60, breaker.OpenUntil);
    }

    [Fact]
    public void An_exhausted_quota_opens_at_once_and_is_no_rate_limit_that_passes()
    {
        var breaker = BreakerUnderTest.Closed().Fail(Tripping(ErrorCode.RateLimit));
        Assert.Equal((CircuitStatus.Open, TransitionReason.Quota), (breaker.Circuit, breaker.Reason));
        Assert.False(breaker.Admit().IsAdmitted);
    }

    // resilience4j, Kevlar

    [Fact]
    public void A_new_policy_keeps_an_open_circuit_open_until_its_deadline()
    {
        var breaker = BreakerUnderTest.Open();
        breaker.Policy = new BreakerPolicy { ConsecutiveFailures = 50, OpenDuration = TimeSpan.FromSeconds(1) };
        Assert.Equal((CircuitStatus.Open, 30), (breaker.At(29).Tick().Circuit, breaker.OpenUntil));
    }

    [Fact]
    public void A_new_policy_keeps_the_streak_and_the_window_of_a_closed_circuit()
    {
        var policy = new BreakerPolicy { FailureRatio = 0.9, MinimumThroughput = 8 };
        var breaker = BreakerUnderTest.Closed(policy).Fail(times: 4);
        breaker.Policy = policy with { ConsecutiveFailures = 6 };
        Assert.Equal(TransitionReason.Failures, breaker.Fail(times: 2).Reason);

        breaker = BreakerUnderTest.Closed(policy with { ConsecutiveFailures = 0 }).Fail(times: 7);
        breaker.Policy = policy with { ConsecutiveFailures = 0, FailureRatio = 1 };
        Assert.Equal(TransitionReason.FailureRatio, breaker.Fail().Reason);
    }
}
