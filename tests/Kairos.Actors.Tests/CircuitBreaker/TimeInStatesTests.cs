using Kairos.CircuitBreaker;

namespace Kairos.Tests.CircuitBreaker;

public class TimeInStatesTests
{
    [Fact]
    public void A_new_breaker_has_been_closed_since_it_began() => AssertTimes(BreakerUnderTest.Closed().At(12), open: 0, halfOpen: 0, closed: 12);

    [Fact]
    public void Each_state_is_credited_from_its_transition_to_the_next()
    {
        var breaker = BreakerUnderTest.Closed().At(10).Fail(times: 5).At(45).Tick().At(50).Succeed(times: 2).At(57);
        AssertTimes(breaker, open: 30, halfOpen: 10, closed: 17); // half-open since its deadline at 40
    }

    [Fact]
    public void The_current_state_grows_with_time()
    {
        var breaker = BreakerUnderTest.Open();
        AssertTimes(breaker.At(10), open: 10, halfOpen: 0, closed: 0);
        AssertTimes(breaker.At(20), open: 20, halfOpen: 0, closed: 0);
    }

    [Fact]
    public void A_state_is_credited_up_to_its_deadline_however_late_that_is_acted_on()
    {
        var breaker = BreakerUnderTest.Open().At(100);
        AssertTimes(breaker, open: 30, halfOpen: 0, closed: 0);
        AssertTimes(breaker.Tick(), open: 30, halfOpen: 70, closed: 0);
    }

    [Fact]
    public void Half_open_is_credited_up_to_the_end_of_the_first_lease()
    {
        var breaker = BreakerUnderTest.HalfOpen();
        breaker.At(40).Admit();
        AssertTimes(breaker.At(1000), open: 30, halfOpen: 70, closed: 0);
    }

    [Fact]
    public void An_isolated_circuit_is_open_all_the_time() =>
        AssertTimes(BreakerUnderTest.Closed().At(1).Isolate().At(1_000_001), open: 1_000_000, halfOpen: 0, closed: 1);

    [Fact]
    public void A_time_before_the_last_transition_credits_nothing() =>
        AssertTimes(BreakerUnderTest.Closed().At(10).Isolate().At(4), open: 0, halfOpen: 0, closed: 10);

    [Fact]
    public void The_longer_of_two_readings_is_taken_state_by_state()
    {
        var (a, b) = (new TimeInStates(TimeSpan.FromSeconds(1), default, TimeSpan.FromSeconds(5)), default(TimeInStates));
        b = b.Add(CircuitStatus.Open, TimeSpan.FromSeconds(3)).Add(CircuitStatus.HalfOpen, TimeSpan.FromSeconds(2));
        Assert.Equal(
            new TimeInStates(TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(5)), TimeInStates.Max(a, b));
    }

    private static void AssertTimes(BreakerUnderTest breaker, double open, double halfOpen, double closed)
    {
        var times = breaker.State.Past.UpTo(breaker.Now, breaker.State.Last, breaker.State.NextDeadline);
        Assert.Equal(
            (open, halfOpen, closed),
            (times[CircuitStatus.Open].TotalSeconds, times[CircuitStatus.HalfOpen].TotalSeconds, times[CircuitStatus.Closed].TotalSeconds));
    }
}
