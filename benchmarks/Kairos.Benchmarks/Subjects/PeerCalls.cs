using Kairos.Benchmarks.Measuring;
using Kairos.Benchmarks.Peers;
using Polly;
using Polly.CircuitBreaker;

namespace Kairos.Benchmarks.Subjects;

/// <summary>A call through Polly that completes synchronously.</summary>
internal readonly struct PollyCall(ResiliencePipeline pipeline) : ICaller
{
    public ValueTask<int> CallAsync() => pipeline.ExecuteAsync(static (answer, _) => new ValueTask<int>(answer), 1);
}

/// <summary>A call through Polly that really awaits.</summary>
internal readonly struct PollyAwaitingCall(ResiliencePipeline pipeline) : ICaller
{
    public ValueTask<int> CallAsync() => pipeline.ExecuteAsync(static (answer, _) => Awaiting.AnswerAsync(answer), 1);
}

/// <summary>A call through Polly that throws.</summary>
internal readonly struct PollyFailingCall(ResiliencePipeline pipeline) : ICaller
{
    public ValueTask<int> CallAsync() => pipeline.ExecuteAsync(static (_, _) => Failing.Throw(), 1);
}

/// <summary>A call through Polly that fails as asynchronous methods do.</summary>
internal readonly struct PollyAsyncFailingCall(ResiliencePipeline pipeline) : ICaller
{
    public ValueTask<int> CallAsync() => pipeline.ExecuteAsync(static (_, _) => Failing.ThrowAsync(), 1);
}

/// <summary>A call through a Polly breaker that is open, for its outcome: Polly's way without throwing, with a pooled context.</summary>
internal readonly struct PollyRejectedOutcome(ResiliencePipeline pipeline) : ICaller
{
    public ValueTask<int> CallAsync()
    {
        var context = ResilienceContextPool.Shared.Get();
        var pending = pipeline.ExecuteOutcomeAsync(static (_, answer) => Outcome.FromResultAsValueTask(answer), context, 1);
        var isRejected = pending.IsCompletedSuccessfully && pending.Result.Exception is BrokenCircuitException;
        ResilienceContextPool.Shared.Return(context);
        return new(isRejected ? 1 : 0);
    }
}

/// <summary>A call through a lock breaker.</summary>
internal readonly struct LockCall(LockBreaker breaker) : ICaller
{
    public ValueTask<int> CallAsync() => breaker.ExecuteAsync(static (answer, _) => new ValueTask<int>(answer), 1);
}

/// <summary>A call for which an actor is asked.</summary>
internal readonly struct AskCall(AskBreaker breaker) : ICaller
{
    public ValueTask<int> CallAsync() => breaker.ExecuteAsync(static (answer, _) => new ValueTask<int>(answer), 1);
}

/// <summary>A call through Akka's own breaker, which knows tasks only: theirs is one that exists already.</summary>
internal readonly struct AkkaCall(Akka.Pattern.CircuitBreaker breaker) : ICaller
{
    private static readonly Task<int> Answer = Task.FromResult(1);

    public ValueTask<int> CallAsync() => new(breaker.WithCircuitBreaker(1, static (_, _) => Answer));
}
