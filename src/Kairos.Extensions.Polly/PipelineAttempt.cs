using System.Runtime.ExceptionServices;
using Polly;

namespace Kairos.Extensions.Polly;

/// <summary>One attempt: the rest of the pipeline as a call that a guard can run, and what came of it.</summary>
internal sealed class PipelineAttempt<TResult, TState>(
    Func<ResilienceContext, TState, ValueTask<Outcome<TResult>>> callback,
    ResilienceContext context,
    TState state,
    Func<Outcome<TResult>, Exception?>? failureOf)
{
    /// <summary>What came of it; null where it was not made.</summary>
    public Outcome<TResult>? Outcome { get; private set; }

    /// <summary>Runs the rest of the pipeline. Polly tells failures by values, a guard hears of them by exceptions.</summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="cancellationToken">Not used: only Polly can change the token of an execution.</param>
    public static ValueTask<Unit> RunAsync(PipelineAttempt<TResult, TState> attempt, CancellationToken cancellationToken) => attempt.RunAsync();

    private ValueTask<Unit> RunAsync()
    {
        var pending = callback(context, state);
        if (!pending.IsCompletedSuccessfully) return AwaitAsync(pending);
        Conclude(pending.Result);
        return default;
    }

    private async ValueTask<Unit> AwaitAsync(ValueTask<Outcome<TResult>> pending)
    {
        Conclude(await pending.ConfigureAwait(context.ContinueOnCapturedContext));
        return default;
    }

    private void Conclude(Outcome<TResult> outcome)
    {
        var failure = outcome.Exception ?? failureOf?.Invoke(outcome);
        Outcome = outcome;
        if (failure is not null) ExceptionDispatchInfo.Throw(failure);
    }
}
