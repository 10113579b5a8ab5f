using System.Collections.Concurrent;
using CsCheck;
using Kairos.CircuitBreaker;

namespace Kairos.Tests.CircuitBreaker;

public class NaiveBreakerProperties
{
    [Fact]
    public void The_breaker_agrees_with_the_naive_one_at_every_step() => Gen.Select(Stories.Policy, Stories.Steps).Sample(
        (policy, steps) =>
        {
            var naive = new NaiveBreaker();
            foreach (var step in Story.Tell(policy, steps))
            {
                var known = naive.Transitions.Count;
                var admission = naive.Apply(step.Policy, step.Input, step.Now);
                if (step.After.Transitions.Length > 0 || naive.Transitions.Count > known)
                    Assert.Equal(naive.Transitions.Skip(known), step.After.Transitions);
                var expected = (naive.Circuit, naive.Transitions.Count, naive.Deadline, admission);
                var state = step.After.State;
                if (expected != (state.Circuit, state.Generation, DeadlineOf(state), step.Answer))
                    Assert.Fail($"not {expected} after {step}");
            }
        },
        iter: 5_000);

    [Fact]
    public void The_stories_bring_about_every_transition_that_there_is()
    {
        var seen = new ConcurrentDictionary<(CircuitStatus From, TransitionReason Reason), bool>();
        Gen.Select(Stories.Policy, Stories.Steps).Sample(
            (policy, steps) =>
            {
                foreach (var transition in Story.Tell(policy, steps).SelectMany(step => step.After.Transitions))
                    seen[(transition.From, transition.Reason)] = true;
            },
            iter: 2_000);

        TransitionReason[] onlyClosed = [TransitionReason.Failures, TransitionReason.FailureRatio, TransitionReason.SlowCalls];
        TransitionReason[] onlyHalfOpen = [TransitionReason.ProbeFailed, TransitionReason.ProbeExpired, TransitionReason.Successes];
        TransitionReason[] ofErrors =
        [
            TransitionReason.RateLimit, TransitionReason.Quota, TransitionReason.Unauthorized, TransitionReason.NotFound,
            TransitionReason.Health, TransitionReason.Manual,
        ];
        var expected = onlyClosed.Concat(ofErrors).Select(reason => (CircuitStatus.Closed, reason))
            .Concat(onlyHalfOpen.Concat(ofErrors).Append(TransitionReason.Failures).Select(reason => (CircuitStatus.HalfOpen, reason)))
            .Append((CircuitStatus.Open, TransitionReason.Deadline))
            .Append((CircuitStatus.Open, TransitionReason.Manual));
        Assert.Equal(expected.Order(), seen.Keys.Order());
    }

    private static TimeSpan? DeadlineOf(in BreakerState state) =>
        state.Circuit == CircuitStatus.Open && !state.IsIsolated ? state.OpenUntil : null;
}
