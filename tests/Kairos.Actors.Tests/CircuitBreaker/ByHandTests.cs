using Kairos.CircuitBreaker;
using static Kairos.Tests.Errors.SampleErrors;

namespace Kairos.Tests.CircuitBreaker;

public class ByHandTests
{
    [Fact]
    public void Isolating_opens_until_somebody_resets_it()
    {
        var breaker = BreakerUnderTest.Closed().At(5).Isolate();
        Assert.Equal((CircuitStatus.Open, TransitionReason.Manual, 5), (breaker.Circuit, breaker.Reason, breaker.Since));
        Assert.True(breaker.State.IsIsolated);
        Assert.Null(breaker.State.NextDeadline);
        Assert.Equal(CircuitStatus.Open, breaker.At(1_000_000_000).Tick().Circuit);
    }

    [Fact]
    public void A_circuit_that_is_open_for_a_time_is_not_isolated_nor_is_a_closed_one()
    {
        Assert.False(BreakerUnderTest.Open().State.IsIsolated);
        Assert.False(BreakerUnderTest.Closed().Isolate().Reset().State.IsIsolated);
    }

    [Fact]
    public void An_isolated_circuit_rejects_without_saying_for_how_long() =>
        Assert.Equal(Admission.Reject(retryAfter: null), BreakerUnderTest.Closed().Isolate().Admit());

    [Fact]
    public void Isolating_what_is_open_is_no_transition_and_takes_its_deadline_away()
    {
        var breaker = BreakerUnderTest.Open().At(10).Isolate();
        Assert.Single(breaker.Transitions);
        Assert.Equal(TransitionReason.Failures, breaker.Reason);
        Assert.Equal(CircuitStatus.Open, breaker.At(500).Tick().Circuit);
    }

    [Fact]
    public void Isolating_what_is_isolated_changes_nothing()
    {
        var breaker = BreakerUnderTest.Closed().Isolate();
        var before = breaker.State;
        Assert.Equal(before, breaker.At(10).Isolate().State);
    }

    [Fact]
    public void Isolating_what_is_half_open_ends_its_leases()
    {
        var breaker = BreakerUnderTest.HalfOpen();
        var probe = breaker.Admit().Ticket;
        breaker.Isolate();
        Assert.Equal(TransitionReason.Manual, breaker.Reason);
        Assert.Equal(CircuitStatus.Open, breaker.Succeed(probe, times: 5).At(1000).Tick().Circuit);
        Assert.Equal(3, breaker.Transitions.Count);
    }

    [Fact]
    public void Isolating_at_the_deadline_finds_the_circuit_half_open() =>
        Assert.Equal(
            [TransitionReason.Failures, TransitionReason.Deadline, TransitionReason.Manual],
            BreakerUnderTest.Open().At(30).Isolate().Transitions.Select(t => t.Reason));

    [Fact]
    public void No_outcome_ends_an_isolation_or_gives_it_a_deadline()
    {
        var breaker = BreakerUnderTest.Closed().Isolate();
        var before = breaker.State;
        breaker.At(10).Succeed(times: 10).Fail(Gating(10)).Fail(Counted(retryAfter: 5)).Fail(Tripping()).HearUnhealthy();
        Assert.Equal(before, breaker.State);
    }

    [Fact]
    public void Resetting_an_isolated_circuit_closes_it()
    {
        var breaker = BreakerUnderTest.Closed().Isolate().At(7).Reset();
        Assert.Equal(
            new CircuitTransition(2, CircuitStatus.Open, CircuitStatus.Closed, TransitionReason.Manual, TimeSpan.FromSeconds(7)),
            breaker.State.Last);
        Assert.True(breaker.Admit().IsAdmitted);
    }

    [Fact]
    public void Resetting_an_open_circuit_closes_it_before_its_deadline() =>
        Assert.Equal((CircuitStatus.Closed, TransitionReason.Manual), Summary(BreakerUnderTest.Open().At(1).Reset()));

    [Fact]
    public void Resetting_a_half_open_circuit_closes_it() =>
        Assert.Equal((CircuitStatus.Closed, TransitionReason.Manual), Summary(BreakerUnderTest.HalfOpen().Reset()));

    [Fact]
    public void Resetting_a_closed_circuit_is_no_transition()
    {
        var breaker = BreakerUnderTest.Closed().At(9).Reset();
        Assert.Empty(breaker.Transitions);
        Assert.Equal(BreakerState.Initial(TimeSpan.Zero), breaker.State);
    }

    [Fact]
    public void Resetting_a_closed_circuit_forgets_its_failures()
    {
        var breaker = BreakerUnderTest.Closed().Fail(times: 4).Reset().Fail(times: 4);
        Assert.Equal(CircuitStatus.Closed, breaker.Circuit);
    }

    [Fact]
    public void Resetting_a_closed_circuit_empties_its_window()
    {
        var policy = new BreakerPolicy { ConsecutiveFailures = 0, FailureRatio = 0.5, MinimumThroughput = 10 };
        var breaker = BreakerUnderTest.Closed(policy).Fail(times: 9).Reset().Fail(times: 9);
        Assert.Equal(CircuitStatus.Closed, breaker.Circuit);
    }

    [Fact]
    public void A_call_admitted_before_a_reset_changes_nothing_after_it()
    {
        var breaker = BreakerUnderTest.HalfOpen();
        var probe = breaker.Admit().Ticket;
        breaker.Reset();
        Assert.Equal(CircuitStatus.Closed, breaker.Fail(Tripping(), probe).Circuit);
    }

    private static (CircuitStatus Circuit, TransitionReason Reason) Summary(BreakerUnderTest breaker) => (breaker.Circuit, breaker.Reason);
}
