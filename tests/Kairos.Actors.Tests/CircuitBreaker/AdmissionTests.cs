using CsCheck;
using Kairos.CircuitBreaker;
using Kairos.Components;
using Kairos.State;

namespace Kairos.Tests.CircuitBreaker;

/// <summary>The one rule of admission, and the fast answers that a snapshot carries.</summary>
public sealed class AdmissionTests
{
    private static readonly TimeSpan Now = TimeSpan.FromSeconds(100);

    // The system's tick counts are coarse.
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);

    [Theory]
    [InlineData(CircuitStatus.Closed, BreakerMode.Enforce, null, "Admit")]
    [InlineData(CircuitStatus.Closed, BreakerMode.Observe, null, "Admit")]
    [InlineData(CircuitStatus.Open, BreakerMode.Enforce, 101, "Reject")]
    [InlineData(CircuitStatus.Open, BreakerMode.Enforce, null, "Reject")]
    [InlineData(CircuitStatus.Open, BreakerMode.Enforce, 100, "TellTime")]
    [InlineData(CircuitStatus.Open, BreakerMode.Enforce, 99, "TellTime")]
    [InlineData(CircuitStatus.Open, BreakerMode.Observe, 101, "Admit")]
    [InlineData(CircuitStatus.Open, BreakerMode.Observe, 99, "TellTime")]
    [InlineData(CircuitStatus.HalfOpen, BreakerMode.Enforce, null, "ClaimSlot")]
    [InlineData(CircuitStatus.HalfOpen, BreakerMode.Enforce, 101, "ClaimSlot")]
    [InlineData(CircuitStatus.HalfOpen, BreakerMode.Enforce, 100, "TellTime")]
    [InlineData(CircuitStatus.HalfOpen, BreakerMode.Observe, 101, "ClaimSlot")]
    public void Answers_from_the_picture_and_the_time_alone(CircuitStatus circuit, BreakerMode mode, int? deadline, string answer)
    {
        var picture = new CircuitPicture(circuit, 7, mode, deadline is { } seconds ? TimeSpan.FromSeconds(seconds) : null);
        Assert.Equal(answer, Admission.Decide(picture, Now).ToString());
    }

    [Theory]
    [InlineData(BreakerMode.Enforce, false)]
    [InlineData(BreakerMode.Observe, true)]
    public void Who_finds_no_place_is_admitted_only_where_the_circuit_observes(BreakerMode mode, bool isAdmitted)
    {
        var slots = new ProbeSlots(7, 1, 0);
        var picture = new CircuitPicture(CircuitStatus.HalfOpen, 7, mode, null);
        Assert.Equal(Admission.Admit(7, 1), ProbeSlots.TryAdmit(picture, slots, Now));
        Assert.Equal(isAdmitted ? Admission.Admit(7) : Admission.Reject(null), ProbeSlots.TryAdmit(picture, slots, Now));
    }

    [Fact]
    public void The_fast_answers_of_a_snapshot_are_those_of_the_rule()
    {
        var clock = new MonotonicClock(TimeProvider.System); // tick counts are the system's
        Gen.Select(Stories.Policy, Stories.Steps, Gen.Int[0, 200_000]).Sample(
            (policy, steps, ahead) =>
            {
                var last = Story.Tell(policy, steps)[^1];
                var state = ComponentState.Initial(TimeSpan.Zero);
                (state.Breaker, state.At) = (last.After.State, last.Now);
                var shift = clock.Now - last.Now + TimeSpan.FromMilliseconds(ahead) - TimeSpan.FromSeconds(100); // some deadlines have passed, others not
                Shift(ref state.Breaker, shift);
                state.At += shift;
                var snapshot = new ComponentSnapshot("llm", 1, state, new ComponentSettings { Breaker = last.Policy }, clock, slots: null, wantsToKnow: false);

                Assert.Equal(state.Breaker.Circuit == CircuitStatus.Closed, snapshot.IsDirect);
                if (snapshot.IsDirect) Assert.Equal(AdmissionAnswer.Admit, Admission.Decide(snapshot.Picture, clock.Now));
                var before = clock.Now;
                if (!snapshot.IsSurelyShut(out var left)) return;
                var after = clock.Now;
                Assert.Equal(AdmissionAnswer.Reject, Admission.Decide(snapshot.Picture, before));
                var deadline = snapshot.Picture.Deadline!.Value;
                Assert.InRange(left!.Value, deadline - after - Tick, deadline - before + Tick); // however long the machine took between the two
            },
            iter: 2_000,
            threads: 1);

        static void Shift(ref BreakerState state, TimeSpan by)
        {
            state.Last = state.Last with { At = state.Last.At + by };
            if (state.OpenUntil != BreakerState.Never && state.OpenUntil != default) state.OpenUntil += by;
            state.Leases = [.. state.Leases.Select(lease => lease with { Until = lease.Until + by })];
        }
    }
}
