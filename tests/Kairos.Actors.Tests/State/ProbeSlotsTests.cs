using Kairos.CircuitBreaker;
using Kairos.State;

namespace Kairos.Tests.State;

/// <summary>The places of one half-open generation, one by one.</summary>
public sealed class ProbeSlotsTests
{
    private static readonly TimeSpan Now = TimeSpan.FromSeconds(100);

    [Fact]
    public void Places_are_numbered_on_from_the_last_lease_until_there_is_none()
    {
        var slots = new ProbeSlots(7, 2, 10);
        Assert.True(slots.HasRoom);
        Assert.True(slots.TryClaim(Now, out var first) && slots.TryClaim(Now + TimeSpan.FromSeconds(1), out var second) && second == new CallTicket(7, 12));
        Assert.Equal(new CallTicket(7, 11), first);
        Assert.Equal([new ProbeClaim(11, Now), new ProbeClaim(12, Now + TimeSpan.FromSeconds(1))], slots.Claims.ToArray());
        Assert.False(slots.HasRoom);
        Assert.False(slots.TryClaim(Now, out var none));
        Assert.Equal(default, none);
    }

    [Fact]
    public void Only_a_half_open_circuit_has_a_gate_and_each_generation_its_own()
    {
        var policy = new BreakerPolicy { HalfOpenCalls = 3 };
        Assert.Null(ProbeSlots.For(new ProbeSlots(7, 1, 0), policy, State(CircuitStatus.Open, 7, 0)));
        var slots = ProbeSlots.For(null, policy, State(CircuitStatus.HalfOpen, 7, 4))!;
        Assert.True(slots.TryClaim(Now, out var ticket));
        Assert.Equal(new CallTicket(7, 5), ticket);
        Assert.Same(slots, ProbeSlots.For(slots, policy, State(CircuitStatus.HalfOpen, 7, 4)));
        var next = ProbeSlots.For(slots, policy, State(CircuitStatus.HalfOpen, 9, 5))!;
        Assert.Equal((9, 0), (next.Generation, next.Claims.Length));
    }

    [Fact]
    public void A_place_comes_back_with_its_lease_and_a_claim_that_nobody_told_stays()
    {
        var slots = Claimed(3);
        var policy = new BreakerPolicy { HalfOpenCalls = 3 };
        ProbeSlots.For(slots, policy, State(CircuitStatus.HalfOpen, 7, lastLease: 2, leases: 2)); // 1 has ended, 3 is not known yet
        Assert.Equal([2L, 3L], slots.Claims.Select(claim => claim.Number));
        ProbeSlots.For(slots, policy, State(CircuitStatus.HalfOpen, 7, lastLease: 3));
        Assert.Empty(slots.Claims);
    }

    [Fact]
    public void A_new_limit_holds_whether_or_not_a_place_came_back()
    {
        var slots = Claimed(1);
        ProbeSlots.For(slots, new BreakerPolicy { HalfOpenCalls = 2 }, State(CircuitStatus.HalfOpen, 7, lastLease: 1, leases: 1));
        Assert.True(slots.HasRoom);
        ProbeSlots.For(slots, new BreakerPolicy { HalfOpenCalls = 1 }, State(CircuitStatus.HalfOpen, 7, lastLease: 1, leases: 1));
        Assert.False(slots.HasRoom);
    }

    [Fact]
    public void Claims_are_told_to_the_state_that_does_not_know_them_and_to_no_other()
    {
        var slots = Claimed(3);
        Assert.Equal([2L, 3L], slots.ClaimsUnknownTo(State(CircuitStatus.HalfOpen, 7, lastLease: 1)).Select(claim => claim.Number));
        Assert.Empty(slots.ClaimsUnknownTo(State(CircuitStatus.HalfOpen, 7, lastLease: 3)));
        Assert.Empty(slots.ClaimsUnknownTo(State(CircuitStatus.HalfOpen, 8, lastLease: 1)));
        Assert.Empty(slots.ClaimsUnknownTo(State(CircuitStatus.Open, 7, lastLease: 1)));
    }

    [Fact]
    public void A_rejection_tells_how_long_the_opening_lasts_and_a_deadline_that_has_passed_asks_for_the_actor()
    {
        var open = new CircuitPicture(CircuitStatus.Open, 7, BreakerMode.Enforce, Now + TimeSpan.FromSeconds(5));
        Assert.Equal(Admission.Reject(TimeSpan.FromSeconds(5)), ProbeSlots.TryAdmit(open, null, Now));
        Assert.Null(ProbeSlots.TryAdmit(open with { Deadline = Now }, null, Now));
        Assert.Equal(Admission.Admit(7), ProbeSlots.TryAdmit(open with { Circuit = CircuitStatus.Closed, Deadline = null }, null, Now));
        Assert.Equal(Admission.Reject(null), ProbeSlots.TryAdmit(open with { Deadline = null }, null, Now));
    }

    [Fact]
    public void A_signal_is_fired_once()
    {
        var signal = new OneShotSignal();
        Assert.Equal([true, false, false], [signal.TryFire(), signal.TryFire(), signal.TryFire()]);
    }

    private static ProbeSlots Claimed(int places)
    {
        var slots = new ProbeSlots(7, places, 0);
        for (var i = 0; i < places; i++) Assert.True(slots.TryClaim(Now, out _));
        return slots;
    }

    private static BreakerState State(CircuitStatus circuit, long generation, long lastLease, params long[] leases)
    {
        var state = BreakerState.Initial(TimeSpan.Zero);
        state.Last = new CircuitTransition(generation, CircuitStatus.Open, circuit, TransitionReason.Deadline, TimeSpan.Zero);
        state.LastLease = lastLease;
        state.Leases = [.. leases.Select(number => new ProbeLease(number, TimeSpan.MaxValue))];
        return state;
    }
}
