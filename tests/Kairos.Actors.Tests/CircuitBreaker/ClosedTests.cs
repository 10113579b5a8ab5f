using Kairos.CircuitBreaker;
using static Kairos.Tests.Errors.SampleErrors;

namespace Kairos.Tests.CircuitBreaker;

public class ClosedTests
{
    private readonly BreakerUnderTest _breaker = BreakerUnderTest.Closed();

    [Fact]
    public void Begins_closed_with_event_0()
    {
        Assert.Equal(
            new CircuitTransition(0, CircuitStatus.Closed, CircuitStatus.Closed, TransitionReason.Initial, TimeSpan.Zero),
            _breaker.State.Last);
        Assert.Null(_breaker.State.NextDeadline);
    }

    [Fact]
    public void Admits_every_call_under_the_current_generation_and_without_a_lease()
    {
        for (var i = 0; i < 100; i++)
            Assert.Equal(Admission.Admit(generation: 0), _breaker.Admit());
    }

    [Fact]
    public void Opens_at_the_fifth_failure_in_a_row_by_default()
    {
        _breaker.At(1).Fail(times: 4);
        Assert.Equal(CircuitStatus.Closed, _breaker.Circuit);

        _breaker.At(2).Fail();
        Assert.Equal(
            [new CircuitTransition(1, CircuitStatus.Closed, CircuitStatus.Open, TransitionReason.Failures, TimeSpan.FromSeconds(2))],
            _breaker.Transitions);
        Assert.Equal(32, _breaker.OpenUntil);
    }

    [Fact]
    public void Opens_at_the_first_failure_when_one_is_enough() =>
        Assert.Equal(CircuitStatus.Open, BreakerUnderTest.Closed(new BreakerPolicy { ConsecutiveFailures = 1 }).Fail().Circuit);

    [Fact]
    public void Never_opens_by_failures_when_no_rule_is_on()
    {
        var breaker = BreakerUnderTest.Closed(new BreakerPolicy { ConsecutiveFailures = 0 });
        Assert.Equal(CircuitStatus.Closed, breaker.Fail(times: 1000).Circuit);
    }

    [Fact]
    public void Begins_the_streak_anew_after_a_success()
    {
        _breaker.Fail(times: 4).Succeed().Fail(times: 4);
        Assert.Equal(CircuitStatus.Closed, _breaker.Circuit);
        Assert.Equal(CircuitStatus.Open, _breaker.Fail().Circuit);
    }

    [Fact]
    public void A_neutral_outcome_neither_ends_nor_lengthens_the_streak()
    {
        _breaker.Fail(times: 4).EndNeutrally(_breaker.Ticket).Fail(Ignored(), times: 10);
        Assert.Equal(CircuitStatus.Closed, _breaker.Circuit);
        Assert.Equal(CircuitStatus.Open, _breaker.Fail().Circuit);
    }

    [Fact]
    public void Calls_of_the_current_generation_and_reports_add_to_one_streak()
    {
        var ticket = _breaker.Admit().Ticket;
        _breaker.Fail(ticket: ticket, times: 2).Fail(times: 3);
        Assert.Equal(CircuitStatus.Open, _breaker.Circuit);
    }

    [Fact]
    public void An_outcome_of_an_earlier_generation_changes_nothing()
    {
        var old = _breaker.Admit().Ticket;
        _breaker.Isolate().Reset().Fail(times: 4);
        var before = _breaker.State;

        _breaker.Succeed(old).EndNeutrally(old).Fail(ticket: old, times: 10).Fail(Tripping(), old).Fail(Gating(60), old);
        Assert.Equal(before, _breaker.State);
    }

    [Theory]
    [InlineData(ErrorCode.RateLimit, TransitionReason.Quota)]
    [InlineData(ErrorCode.Unauthorized, TransitionReason.Unauthorized)]
    [InlineData(ErrorCode.NotFound, TransitionReason.NotFound)]
    [InlineData(ErrorCode.LlmError, TransitionReason.Failures)]
    [InlineData(ErrorCode.MemoryError, TransitionReason.Failures)]
    public void A_trip_opens_at_once_with_the_reason_of_its_code(ErrorCode code, TransitionReason reason)
    {
        _breaker.At(1).Fail(Tripping(code));
        Assert.Equal((CircuitStatus.Open, reason, 31), (_breaker.Circuit, _breaker.Reason, _breaker.OpenUntil));
    }

    [Theory]
    [InlineData(5)]
    [InlineData(600)]
    public void A_gate_opens_until_its_retry_after_whatever_the_base_and_the_cap(double retryAfter)
    {
        _breaker.At(1).Fail(Gating(retryAfter));
        Assert.Equal(CircuitStatus.Open, _breaker.Circuit);
        Assert.Equal(TransitionReason.RateLimit, _breaker.Reason);
        Assert.Equal(1 + retryAfter, _breaker.OpenUntil);
    }

    [Fact]
    public void A_gate_that_names_no_time_opens_for_the_base()
    {
        _breaker.Fail(Gating(retryAfter: null));
        Assert.Equal((TransitionReason.RateLimit, 30), (_breaker.Reason, _breaker.OpenUntil));
    }

    [Theory]
    [InlineData(10, 30)]
    [InlineData(45, 45)]
    [InlineData(1000, 1000)]
    public void A_counted_error_that_opens_and_has_a_retry_after_opens_until_the_later_of_the_two(double retryAfter, double until)
    {
        _breaker.Fail(times: 4).Fail(Counted(retryAfter));
        Assert.Equal(TransitionReason.Failures, _breaker.Reason);
        Assert.Equal(until, _breaker.OpenUntil);
    }

    [Fact]
    public void A_retry_after_of_a_counted_error_that_does_not_open_is_not_remembered()
    {
        _breaker.Fail(Counted(retryAfter: 1000)).Fail(times: 4);
        Assert.Equal(30, _breaker.OpenUntil);
    }

    [Fact]
    public void Opens_when_health_says_unhealthy()
    {
        _breaker.At(3).HearUnhealthy();
        Assert.Equal((CircuitStatus.Open, TransitionReason.Health, 33), (_breaker.Circuit, _breaker.Reason, _breaker.OpenUntil));
    }
}
