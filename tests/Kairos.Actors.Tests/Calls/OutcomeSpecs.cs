using Microsoft.Extensions.Time.Testing;

namespace Kairos.Tests.Calls;

/// <summary>What adapters of other libraries need of a guard: the exception of an outcome, its classifier, recoveries with their duration.</summary>
public sealed class OutcomeSpecs
{
    [Fact]
    public async Task A_caller_who_has_cancelled_is_told_so_by_the_outcome_although_the_component_does_not_exist_yet()
    {
        await using var system = await GuardedSystem.StartAsync(new Microsoft.Extensions.Time.Testing.FakeTimeProvider());

        var outcome = await system.Kairos["tools/new"].TryExecuteAsync(Act.Succeed, 1, new CancellationToken(canceled: true));

        Assert.Equal(CallStatus.Ignored, outcome.Status);
    }

    [Fact]
    public async Task An_outcome_makes_the_exception_that_a_throwing_call_would_have_ended_with()
    {
        await using var system = await GuardedSystem.StartAsync(new FakeTimeProvider());

        var success = await system.Llm.SucceedAsync();
        var failure = await system.Llm.FailAsync();
        await system.Llm.FailAsync();
        var rejected = await system.Llm.SucceedAsync();

        Assert.Null(success.ToException());
        Assert.Same(failure.Exception, failure.ToException());
        Assert.Null(rejected.Exception);
        var open = Assert.IsType<CircuitOpenException>(rejected.ToException());
        Assert.Equal(("llm", TimeSpan.FromSeconds(30)), (open.Component, open.RetryAfter));
    }

    [Fact]
    public async Task A_guard_shows_its_classifier()
    {
        var kairos = ErrorClassifier.Default.WithRule((exception, in _) => null);
        await using var system = await GuardedSystem.StartAsync(new FakeTimeProvider(), more: options => options.Classifier = kairos);

        Assert.Same(kairos, system.Llm.Classifier);
        Assert.Same(kairos, system.Llm["fast"].Classifier);
        Assert.Same(ErrorClassifier.Default, system.Llm.With(ErrorClassifier.Default).Classifier);
    }

    [Fact]
    public async Task A_recovery_that_is_reported_can_tell_how_long_it_took()
    {
        await using var system = await GuardedSystem.StartAsync(new FakeTimeProvider());
        var told = new TaskCompletionSource<ComponentEvents.ErrorsRecovered>(TaskCreationOptions.RunContinuationsAsynchronously);
        system.Llm.Subscribe(system.Actors.ActorOf(Akka.Actor.Props.Create(() => new Listener(told))));
        system.Llm.ReportError(Act.Broken);

        system.Llm.ReportRecovery(ErrorKind.Of(Act.Broken), duration: TimeSpan.FromSeconds(3));

        Assert.Equal(TimeSpan.FromSeconds(3), (await told.Task.Soon()).Duration);
    }

    private sealed class Listener(TaskCompletionSource<ComponentEvents.ErrorsRecovered> told) : Akka.Actor.UntypedActor
    {
        protected override void OnReceive(object message)
        {
            if (message is ComponentEvents.ErrorsRecovered recovered) told.TrySetResult(recovered);
        }
    }
}
