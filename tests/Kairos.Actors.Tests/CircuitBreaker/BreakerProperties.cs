using CsCheck;
using Kairos.CircuitBreaker;

namespace Kairos.Tests.CircuitBreaker;

/// <summary>What holds for every policy and every sequence of inputs and times.</summary>
public class BreakerProperties
{
    [Fact]
    public void Never_admits_while_open_before_its_deadline() => ForEveryStep(step =>
    {
        if (step.Answer is null || step.Policy.Mode != BreakerMode.Enforce) return;
        if (step.Before.Circuit != CircuitStatus.Open || step.Now >= step.Before.OpenUntil) return;

        Assert.False(step.Answer!.Value.IsAdmitted);
        Assert.Equal(step.Before.IsIsolated ? null : step.Before.OpenUntil - step.Now, step.Answer!.Value.RetryAfter);
    });

    [Fact]
    public void Never_rejects_when_it_only_observes() => ForEveryStep(step =>
    {
        if (step.Answer is not null && step.Policy.Mode == BreakerMode.Observe)
            Assert.True(step.Answer!.Value.IsAdmitted);
    });

    [Fact]
    public void Never_exceeds_its_probe_limit() => ForEveryStory(story =>
    {
        var running = new HashSet<CallTicket>();
        foreach (var step in story)
        {
            if (step.After.Transitions.Any()) running.Clear();
            if (step.Kind is BreakerInputKind.Success or BreakerInputKind.Neutral) running.Remove(step.Input!.Value.Ticket);
            if (step.Answer is not { IsAdmitted: true } admission) continue;
            if (step.After.State.Circuit == CircuitStatus.HalfOpen && step.Policy.Mode == BreakerMode.Enforce)
                Assert.True(admission.Ticket.IsProbe, "a call got through without a lease");
            if (!admission.Ticket.IsProbe) continue;
            Assert.Equal(CircuitStatus.HalfOpen, step.After.State.Circuit);
            Assert.True(running.Add(admission.Ticket), "a lease was given twice");
            Assert.InRange(running.Count, 1, step.Policy.HalfOpenCalls);
        }
    });

    [Fact]
    public void Admits_a_probe_call_whenever_fewer_than_the_limit_are_running() => ForEveryStep(step =>
    {
        if (step.Answer is not null && step.After.State.Circuit == CircuitStatus.HalfOpen)
            Assert.True(step.Answer!.Value.IsAdmitted || step.After.State.Leases.Length >= step.Policy.HalfOpenCalls);
    });

    [Fact]
    public void Never_lets_an_old_generation_change_state() => ForEveryStep(step =>
    {
        var atThatTime = Breaker.Apply(step.Policy, step.Before, BreakerInput.Tick, step.Now).State;
        if (step.Input is not { Kind: BreakerInputKind.Success or BreakerInputKind.Failure or BreakerInputKind.Neutral } outcome) return;
        if (outcome.Ticket == CallTicket.Report || outcome.Ticket.Generation >= atThatTime.Generation) return;

        // But for one thing: a time that the callee asks for extends the deadline of an open circuit.
        if (atThatTime is { Circuit: CircuitStatus.Open, IsIsolated: false } && outcome is { Kind: BreakerInputKind.Failure, Error.RetryAfter: { } wait })
            (atThatTime.OpenUntil, atThatTime.AskedUntil) = (Times.Later(atThatTime.OpenUntil, step.Now + wait), Times.Later(atThatTime.AskedUntil, step.Now + wait));
        Assert.Equal(atThatTime, step.After.State);
    });

    [Fact]
    public void Never_shortens_a_deadline() => ForEveryStep(step =>
    {
        var (before, after) = (step.Before, step.After.State);
        if (before.Generation != after.Generation) return;
        if (after.Circuit == CircuitStatus.Open) Assert.True(after.OpenUntil >= before.OpenUntil);
        foreach (var lease in after.Leases)
            Assert.All(before.Leases.Where(known => known.Number == lease.Number), known => Assert.Equal(known.Until, lease.Until));
    });

    [Fact]
    public void Leaves_the_open_state_before_its_deadline_only_by_hand() => ForEveryStep(step =>
    {
        if (step.Before.Circuit == CircuitStatus.Open && step.Now < step.Before.OpenUntil && step.After.Transitions.Any())
            Assert.Equal(TransitionReason.Manual, Assert.Single(step.After.Transitions).Reason);
    });

    [Fact]
    public void Numbers_its_transitions_without_gaps_and_each_begins_where_the_last_one_ended() => ForEveryStep(step =>
    {
        var last = step.Before.Last;
        foreach (var transition in step.After.Transitions)
        {
            Assert.Equal(last.Sequence + 1, transition.Sequence);
            Assert.Equal(last.To, transition.From);
            Assert.NotEqual(transition.From, transition.To);
            last = transition;
        }

        Assert.Equal(last, step.After.State.Last);
    });

    [Fact]
    public void The_generation_is_the_number_of_transitions() => ForEveryStory(story =>
        Assert.Equal(story.Sum(step => step.After.Transitions.Length), story[^1].After.State.Generation));

    [Fact]
    public void A_transition_carries_its_deadline_or_the_time_of_its_input_and_times_never_decrease() => ForEveryStep(step =>
    {
        var (due, earliest) = (step.Before.NextDeadline, step.Before.Last.At);
        foreach (var transition in step.After.Transitions)
        {
            Assert.True(transition.At >= earliest);
            var byItself = transition.Reason is TransitionReason.Deadline or TransitionReason.ProbeExpired;
            if (!byItself) Assert.Equal(step.Now, transition.At);
            else if (earliest == step.Before.Last.At) Assert.Equal(due, transition.At);
            else Assert.True(transition.At <= step.Now);
            earliest = transition.At;
        }
    });

    [Fact]
    public void Its_times_in_states_add_up_to_the_time_since_it_began() => ForEveryStep(step =>
    {
        var state = step.After.State;
        var times = state.Past.UpTo(step.Now, state.Last, state.NextDeadline);
        Assert.Equal(step.Now - Story.Start, times.Open + times.HalfOpen + times.Closed);
    });

    [Fact]
    public void The_same_story_has_the_same_end() => ForEveryStory((policy, steps) =>
        AssertSame(Decisions(Story.Tell(policy, steps)), Decisions(Story.Tell(policy, steps))));

    [Fact]
    public void Ticks_in_between_change_nothing() => ForEveryStory(story =>
    {
        var (breaker, now) = (new DrivenBreaker(Story.Start, seed: 7), Story.Start);
        var decisions = new List<object?>();
        foreach (var step in story)
        {
            foreach (var at in new[] { now + ((step.Now - now) / 3), step.Now, now }) // early, in time, and far too late
                decisions.AddRange(breaker.Apply(step.Policy, BreakerInput.Tick, at).Transitions);
            var (answer, decision) = step.Input is { } input
                ? ((Admission?)null, breaker.Apply(step.Policy, input, step.Now))
                : breaker.Admit(step.Policy, step.Now);
            decisions.AddRange(decision.Transitions);
            decisions.Add(answer);
            now = step.Now;
        }

        AssertSame(Decisions(story), decisions);
    });

    /// <summary>Every transition and every answer, in order.</summary>
    private static List<object?> Decisions(List<Told> story) =>
        story.SelectMany(step => step.After.Transitions.Cast<object?>().Append(step.Answer)).ToList();

    private static void AssertSame(List<object?> expected, List<object?> actual)
    {
        if (!expected.SequenceEqual(actual)) Assert.Equal(expected, actual); // which says where they differ, and is slow
    }

    private static void ForEveryStory(Action<BreakerPolicy, Step[]> property) =>
        Gen.Select(Stories.Jittery, Stories.JitterySteps).Sample(property, iter: 1_000);

    private static void ForEveryStory(Action<List<Told>> property) =>
        ForEveryStory((policy, steps) => property(Story.Tell(policy, steps)));

    private static void ForEveryStep(Action<Told> property) => ForEveryStory(story => story.ForEach(property));
}
