using Kairos.CircuitBreaker;
using static Kairos.Tests.Errors.SampleErrors;

namespace Kairos.Tests.CircuitBreaker;

public class ProbeLeaseTests
{
    private readonly BreakerUnderTest _breaker = BreakerUnderTest.HalfOpen(); // since second 30; a lease lasts 60 s

    [Fact]
    public void A_probe_call_that_has_not_ended_when_its_lease_does_reopens()
    {
        _breaker.At(40).Admit();
        Assert.Equal(TimeSpan.FromSeconds(100), _breaker.State.NextDeadline);
        Assert.Equal(CircuitStatus.HalfOpen, _breaker.At(99.9).Tick().Circuit);

        _breaker.At(100).Tick();
        Assert.Equal((CircuitStatus.Open, TransitionReason.ProbeExpired, 100), (_breaker.Circuit, _breaker.Reason, _breaker.Since));
    }

    [Fact]
    public void Reopens_at_the_end_of_the_lease_however_late_that_is_noticed()
    {
        _breaker.At(40).Admit();
        _breaker.At(101).Tick();
        Assert.Equal((100, 160), (_breaker.Since, _breaker.OpenUntil));
    }

    [Fact]
    public void An_expired_probe_counts_as_a_failure_so_the_next_opening_is_longer()
    {
        _breaker.Admit();
        _breaker.At(90).Tick();
        Assert.Equal(90 + 60, _breaker.OpenUntil);
    }

    [Fact]
    public void The_lease_that_ends_first_decides()
    {
        var breaker = BreakerUnderTest.HalfOpen(new BreakerPolicy { HalfOpenCalls = 2 });
        breaker.At(40).Admit();
        breaker.At(50).Admit();
        Assert.Equal(100, breaker.At(105).Tick().Since);
    }

    [Fact]
    public void Goes_through_every_deadline_that_has_passed_in_order()
    {
        _breaker.At(40).Admit();
        var decision = _breaker.At(500).Apply(BreakerInput.Tick);
        Assert.Equal(
            [(TransitionReason.ProbeExpired, 100), (TransitionReason.Deadline, 160)],
            decision.Transitions.Select(t => (t.Reason, t.At.TotalSeconds)));
    }

    [Fact]
    public void A_success_at_the_very_moment_at_which_its_lease_ends_is_too_late()
    {
        var breaker = BreakerUnderTest.HalfOpen(new BreakerPolicy { SuccessThreshold = 1 });
        var ticket = breaker.Admit().Ticket;
        Assert.Equal(TransitionReason.ProbeExpired, breaker.At(90).Succeed(ticket).Reason);
    }

    [Fact]
    public void A_success_before_its_lease_ends_is_in_time()
    {
        var breaker = BreakerUnderTest.HalfOpen(new BreakerPolicy { SuccessThreshold = 1 });
        var ticket = breaker.Admit().Ticket;
        Assert.Equal(CircuitStatus.Closed, breaker.At(89.9).Succeed(ticket).Circuit);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_neutral_probe_gives_its_lease_back_and_the_circuit_stays_half_open(bool cancelled)
    {
        var ticket = _breaker.Admit().Ticket;
        if (cancelled) _breaker.EndNeutrally(ticket);
        else _breaker.Fail(Ignored(retryAfter: 100), ticket);

        Assert.Equal((CircuitStatus.HalfOpen, 0), (_breaker.Circuit, _breaker.State.ProbeSuccesses));
        Assert.Null(_breaker.State.NextDeadline);
        Assert.True(_breaker.Admit().IsAdmitted);
    }

    [Fact]
    public void A_probe_call_that_succeeded_gives_its_lease_back()
    {
        _breaker.Succeed(_breaker.Admit().Ticket);
        Assert.Empty(_breaker.State.Leases);
        Assert.Equal(CircuitStatus.HalfOpen, _breaker.At(1000).Tick().Circuit);
    }

    [Fact]
    public void A_neutral_outcome_gives_back_no_lease_but_its_own()
    {
        _breaker.Admit();
        _breaker.EndNeutrally(CallTicket.Report).EndNeutrally(new CallTicket(2, 77)).EndNeutrally(new CallTicket(1, 1));
        Assert.False(_breaker.Admit().IsAdmitted);
    }

    [Fact]
    public void A_lease_of_an_earlier_half_open_binds_nobody()
    {
        var old = _breaker.Admit().Ticket;
        _breaker.At(40).Fail().At(100).Tick(); // open until 100, half-open again
        var current = _breaker.Admit().Ticket;
        Assert.NotEqual(old.Lease, current.Lease);

        _breaker.EndNeutrally(old).Succeed(old, times: 5);
        Assert.Equal((CircuitStatus.HalfOpen, 0), (_breaker.Circuit, _breaker.State.ProbeSuccesses));
        Assert.Single(_breaker.State.Leases);
        Assert.Equal(160, _breaker.At(170).Tick().Since); // the lease given at 100, not the one that would have ended at 90
    }

    [Theory]
    [InlineData(2, 2, true)]
    [InlineData(2, 1, false)] // the lease is known already
    [InlineData(1, 2, false)] // of an earlier generation
    [InlineData(3, 2, false)]
    public void A_claim_is_taken_once_and_for_its_own_generation(long generation, long lease, bool isTaken)
    {
        var breaker = BreakerUnderTest.HalfOpen(new BreakerPolicy { HalfOpenCalls = 5 }); // generation 2
        breaker.Apply(BreakerInput.Claim(new CallTicket(2, 1), null));
        breaker.Apply(BreakerInput.Claim(new CallTicket(generation, lease), null));
        Assert.Equal(isTaken ? [1L, 2L] : [1L], breaker.State.Leases.Select(held => held.Number));
    }

    [Fact]
    public void A_claim_says_nothing_unless_the_circuit_is_half_open()
    {
        var (open, closed) = (BreakerUnderTest.Open(), BreakerUnderTest.Closed());
        open.Apply(BreakerInput.Claim(new CallTicket(1, 1), null));
        closed.Apply(BreakerInput.Claim(new CallTicket(0, 1), null));
        Assert.Equal((0, 0L, 0, 0L), (open.State.Leases.Length, open.State.LastLease, closed.State.Leases.Length, closed.State.LastLease));
    }

    [Fact]
    public void Leases_end_with_the_state_that_gave_them()
    {
        var breaker = BreakerUnderTest.HalfOpen(new BreakerPolicy { HalfOpenCalls = 5 });
        for (var i = 0; i < 5; i++) breaker.Admit();
        breaker.Succeed(times: 2);
        Assert.Equal(CircuitStatus.Closed, breaker.Circuit);
        Assert.Equal(CircuitStatus.Closed, breaker.At(1000).Tick().Circuit);
    }
}
