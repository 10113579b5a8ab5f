using Kairos.CircuitBreaker;
using static Kairos.Tests.Errors.SampleErrors;

namespace Kairos.Tests.CircuitBreaker;

public class ObserveTests
{
    private static readonly BreakerPolicy Observing = new() { Mode = BreakerMode.Observe };

    [Fact]
    public void Opens_and_admits_all_the_same()
    {
        var breaker = BreakerUnderTest.Open(Observing);
        Assert.Equal(CircuitStatus.Open, breaker.Circuit);
        Assert.Equal(Admission.Admit(generation: 1), breaker.Admit());
    }

    [Fact]
    public void Admits_what_an_isolated_circuit_would_reject() =>
        Assert.True(BreakerUnderTest.Closed(Observing).Isolate().Admit().IsAdmitted);

    [Fact]
    public void Admits_beyond_the_probe_limit_without_a_lease()
    {
        var breaker = BreakerUnderTest.HalfOpen(Observing);
        Assert.Equal(Admission.Admit(generation: 2, lease: 1), breaker.Admit());
        Assert.Equal(Admission.Admit(generation: 2), breaker.Admit());
        Assert.Single(breaker.State.Leases);
    }

    [Fact]
    public void Becomes_half_open_at_its_deadline_and_reopens_when_a_probe_fails()
    {
        var breaker = BreakerUnderTest.Open(Observing).At(30);
        breaker.Fail(ticket: breaker.Admit().Ticket);
        Assert.Equal((CircuitStatus.Open, TransitionReason.ProbeFailed, 90), (breaker.Circuit, breaker.Reason, breaker.OpenUntil));
    }

    [Fact]
    public void Decides_as_it_would_in_mode_enforce()
    {
        var (observing, enforcing) = (BreakerUnderTest.Closed(Observing), BreakerUnderTest.Closed());
        foreach (var breaker in new[] { observing, enforcing })
        {
            breaker.Fail(times: 5).At(10).Fail(Gating(50)).At(60).Admit();
            breaker.At(130).Succeed(times: 2).At(200).Isolate().Reset().Fail(Tripping()).At(400).HearUnhealthy();
        }

        Assert.Equal(enforcing.Transitions, observing.Transitions);
    }

    [Fact]
    public void Changing_the_mode_of_an_open_circuit_changes_who_is_admitted_and_nothing_else()
    {
        var breaker = BreakerUnderTest.Open();
        var before = breaker.State;
        breaker.Policy = Observing;
        Assert.True(breaker.Admit().IsAdmitted);

        breaker.Policy = new BreakerPolicy();
        Assert.False(breaker.Admit().IsAdmitted);
        Assert.Equal(before, breaker.State);
    }

    [Fact]
    public void While_half_open_the_mode_decides_at_once_who_is_admitted_without_a_place()
    {
        var breaker = BreakerUnderTest.HalfOpen();
        breaker.Admit();
        Assert.False(breaker.Admit().IsAdmitted);

        breaker.Policy = Observing;
        Assert.Equal(Admission.Admit(generation: 2), breaker.Admit());
        breaker.Policy = new BreakerPolicy();
        Assert.False(breaker.Admit().IsAdmitted);
    }

    [Fact]
    public void Who_was_admitted_without_a_place_decides_nothing_whatever_the_mode_is_by_then()
    {
        foreach (var later in new[] { Observing, new BreakerPolicy() })
        {
            var breaker = BreakerUnderTest.HalfOpen(Observing);
            breaker.Admit();
            var withoutPlace = breaker.Admit().Ticket;
            var before = breaker.State;
            breaker.Policy = later;
            breaker.Succeed(withoutPlace, times: 10).Fail(ticket: withoutPlace).Fail(Gating(50), withoutPlace).Fail(Tripping(), withoutPlace);
            Assert.Equal(before, breaker.State);
        }
    }
}
