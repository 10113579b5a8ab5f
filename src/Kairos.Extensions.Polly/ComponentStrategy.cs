using Polly;

namespace Kairos.Extensions.Polly;

/// <summary>A component in a pipeline of any results.</summary>
internal sealed class ComponentStrategy(PipelineGuard guard) : ResilienceStrategy
{
    protected override ValueTask<Outcome<TResult>> ExecuteCore<TResult, TState>(
        Func<ResilienceContext, TState, ValueTask<Outcome<TResult>>> callback, ResilienceContext context, TState state) =>
        guard.RunAsync(callback, context, state);
}

/// <summary>A component in a pipeline of one type of result.</summary>
internal sealed class ComponentStrategy<T>(PipelineGuard guard, KairosComponentOptions<T> options) : ResilienceStrategy<T>
{
    private readonly Func<Outcome<T>, Exception?>? _failureOf = options.Judge is null && options.ShouldHandle is null ? null : options.FailureOf;

    protected override ValueTask<Outcome<T>> ExecuteCore<TState>(
        Func<ResilienceContext, TState, ValueTask<Outcome<T>>> callback, ResilienceContext context, TState state) =>
        guard.RunAsync(callback, context, state, _failureOf);
}
