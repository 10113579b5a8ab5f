using Polly;

namespace Kairos.Extensions.Polly;

/// <summary>
/// A component's guard as a pipeline uses it: one attempt at a time, without the guard's own retries. Kairos need not run yet when the
/// pipeline is built: it is asked at the first execution. Thread-safe.
/// </summary>
internal sealed class PipelineGuard
{
    private readonly KairosComponentOptions _options;
    private readonly TimeProvider _time;
    private readonly ResiliencePropertyKey<SeenErrors> _seen;
    private readonly Lazy<(ComponentGuard Guard, GuardedCallOptions Call)> _component;

    public PipelineGuard(IKairos kairos, string component, KairosComponentOptions options, TimeProvider? time)
    {
        _options = options;
        _time = time ?? TimeProvider.System;
        _seen = new ResiliencePropertyKey<SeenErrors>($"kairos:{component}");
        _component = new Lazy<(ComponentGuard, GuardedCallOptions)>(
            () => Prepare(kairos[component]),
            LazyThreadSafetyMode.PublicationOnly); // a Kairos that does not run yet may do so at the next execution
    }

    /// <summary>Makes an attempt, if the circuit admits it. Throws nothing: a rejection, too, is an outcome.</summary>
    public async ValueTask<Outcome<TResult>> RunAsync<TResult, TState>(
        Func<ResilienceContext, TState, ValueTask<Outcome<TResult>>> callback,
        ResilienceContext context,
        TState state,
        Func<Outcome<TResult>, Exception?>? failureOf = null)
    {
        try
        {
            var (guard, options) = _component.Value;
            var attempt = new PipelineAttempt<TResult, TState>(callback, context, state, failureOf);
            var call = await guard.TryExecuteAsync(PipelineAttempt<TResult, TState>.RunAsync, attempt, options, context.CancellationToken)
                .ConfigureAwait(context.ContinueOnCapturedContext);
            if (call.IsSuccess) Recover(guard, context);
            else if (call.Error is { } error) Remember(error, context);
            return attempt.Outcome ?? Outcome.FromException<TResult>(call.ToException()!);
        }
        catch (Exception exception)
        {
            return Outcome.FromException<TResult>(exception); // Kairos has not been started, or takes no more components
        }
    }

    /// <summary>A guard that believes that nothing may be repeated, since repeating is the pipeline's; its classifier is told the truth.</summary>
    private (ComponentGuard Guard, GuardedCallOptions Call) Prepare(ComponentGuard guard) => (guard, new GuardedCallOptions
    {
        Operation = _options.Operation,
        IsIdempotent = false,
        Classifier = (_options.Classifier ?? guard.Classifier).ForPipelines(_options.IsIdempotent),
    });

    private void Remember(KairosError error, ResilienceContext context)
    {
        if (!context.Properties.TryGetValue(_seen, out var seen)) context.Properties.Set(_seen, seen = new SeenErrors());
        seen.Add(ErrorKind.Of(error), _time.GetTimestamp());
    }

    private void Recover(ComponentGuard guard, ResilienceContext context)
    {
        if (!context.Properties.TryGetValue(_seen, out var seen)) return;
        var (kinds, first) = seen.Take();
        TimeSpan? duration = _time.GetElapsedTime(first); // one execution, one duration, whatever the number of kinds
        foreach (var (kind, count) in kinds.CountBy(kind => kind))
        {
            guard.ReportRecovery(kind, count, duration);
            duration = null;
        }
    }
}

/// <summary>What a component in a pipeline fails with.</summary>
internal static class PollyErrors
{
    /// <summary>A classifier that is told whether a call may be repeated by the options instead of by the guard, which must believe that it may
    /// not: repeating is the pipeline's. What Polly's own strategies throw every classifier knows.</summary>
    public static ErrorClassifier ForPipelines(this ErrorClassifier classifier, bool isIdempotent) => ErrorClassifier.Default.WithRule(
        (exception, in context) => classifier.Classify(exception, context with { IsIdempotent = isIdempotent }));
}

/// <summary>A result was declared a failure. As an <see cref="IOException"/> it is known to be transient.</summary>
internal sealed class HandledResultException() : IOException("The pipeline handles this result as a failure.");
