using Kairos.CircuitBreaker;
using Kairos.State;

namespace Kairos.Tests.State;

/// <summary>The places of one half-open generation, one by one.</summary>
public sealed class ProbeGateTests
{
    private static readonly TimeSpan Now = TimeSpan.FromSeconds(100);

    [Fact]
    public void Places_are_numbered_on_from_the_last_lease_until_there_is_none()
    {
        var gate = new ProbeGate(7, 2, 10);
        Assert.True(gate.HasRoom);
        Assert.True(gate.TryClaim(Now, out var first) && gate.TryClaim(Now + TimeSpan.FromSeconds(1), out var second) && second == new CallTicket(7, 12));
        Assert.Equal(new CallTicket(7, 11), first);
        Assert.Equal([new ProbeClaim(11, Now), new ProbeClaim(12, Now + TimeSpan.FromSeconds(1))], gate.Claims.ToArray());
        Assert.False(gate.HasRoom);
        Assert.False(gate.TryClaim(Now, out var none));
        Assert.Equal(default, none);
    }

    [Fact]
    public void Only_a_half_open_circuit_has_a_gate_and_each_generation_its_own()
    {
        var policy = new BreakerPolicy { HalfOpenCalls = 3 };
        Assert.Null(ProbeGate.For(new ProbeGate(7, 1, 0), policy, State(CircuitStatus.Open, 7, 0)));
        var gate = ProbeGate.For(null, policy, State(CircuitStatus.HalfOpen, 7, 4))!;
        Assert.True(gate.TryClaim(Now, out var ticket));
        Assert.Equal(new CallTicket(7, 5), ticket);
        Assert.Same(gate, ProbeGate.For(gate, policy, State(CircuitStatus.HalfOpen, 7, 4)));
        var next = ProbeGate.For(gate, policy, State(CircuitStatus.HalfOpen, 9, 5))!;
        Assert.Equal((9, 0), (next.Generation, next.Claims.Length));
    }

    [Fact]
    public void A_place_comes_back_with_its_lease_and_a_claim_that_nobody_told_stays()
    {
        var gate = Claimed(3);
        var policy = new BreakerPolicy { HalfOpenCalls = 3 };
        ProbeGate.For(gate, policy, State(CircuitStatus.HalfOpen, 7, lastLease: 2, leases: 2)); // 1 has ended, 3 is not known yet
        Assert.Equal([2L, 3L], gate.Claims.Select(claim => claim.Number));
        ProbeGate.For(gate, policy, State(CircuitStatus.HalfOpen, 7, lastLease: 3));
        Assert.Empty(gate.Claims);
    }

    [Fact]
    public void A_new_limit_holds_whether_or_not_a_place_came_back()
    {
        var gate = Claimed(1);
        ProbeGate.For(gate, new BreakerPolicy { HalfOpenCalls = 2 }, State(CircuitStatus.HalfOpen, 7, lastLease: 1, leases: 1));
        Assert.True(gate.HasRoom);
        ProbeGate.For(gate, new BreakerPolicy { HalfOpenCalls = 1 }, State(CircuitStatus.HalfOpen, 7, lastLease: 1, leases: 1));
        Assert.False(gate.HasRoom);
    }

    [Fact]
    public void Claims_are_told_to_the_state_that_does_not_know_them_and_to_no_other()
    {
        var gate = Claimed(3);
        Assert.Equal([2L, 3L], gate.ClaimsUnknownTo(State(CircuitStatus.HalfOpen, 7, lastLease: 1)).Select(claim => claim.Number));
        Assert.Empty(gate.ClaimsUnknownTo(State(CircuitStatus.HalfOpen, 7, lastLease: 3)));
        Assert.Empty(gate.ClaimsUnknownTo(State(CircuitStatus.HalfOpen, 8, lastLease: 1)));
        Assert.Empty(gate.ClaimsUnknownTo(State(CircuitStatus.Open, 7, lastLease: 1)));
    }

    [Fact]
    public void A_rejection_tells_how_long_the_opening_lasts_and_a_deadline_that_has_passed_asks_for_the_actor()
    {
        var open = new CircuitPicture(CircuitStatus.Open, 7, BreakerMode.Enforce, Now + TimeSpan.FromSeconds(5));
        Assert.Equal(Admission.Reject(TimeSpan.FromSeconds(5)), ProbeGate.TryAdmit(open, null, Now));
        Assert.Null(ProbeGate.TryAdmit(open with { Deadline = Now }, null, Now));
        Assert.Equal(Admission.Admit(7), ProbeGate.TryAdmit(open with { Circuit = CircuitStatus.Closed, Deadline = null }, null, Now));
        Assert.Equal(Admission.Reject(null), ProbeGate.TryAdmit(open with { Deadline = null }, null, Now));
    }

    [Fact]
    public void A_signal_is_fired_once()
    {
        var signal = new OneShotSignal();
        Assert.Equal([true, false, false], [signal.TryFire(), signal.TryFire(), signal.TryFire()]);
    }

    private static ProbeGate Claimed(int places)
    {
        var gate = new ProbeGate(7, places, 0);
        for (var i = 0; i < places; i++) Assert.True(gate.TryClaim(Now, out _));
        return gate;
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
