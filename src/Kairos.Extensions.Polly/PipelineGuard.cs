using Kairos.Calls;
using Kairos.Components;
using Kairos.Errors;
using Kairos.Hosting;
using Polly;

namespace Kairos.Extensions.Polly;

/// <summary>
/// A component's guard as a pipeline uses it: one attempt at a time, without the guard's own retries. Kairos need not run yet when the
/// pipeline is built: it is asked at the first execution. Thread-safe.
/// </summary>
internal sealed class PipelineGuard
{
    private readonly IKairos _kairos;
    private readonly string _component;
    private readonly TimeProvider _time;
    private readonly bool _isIdempotent;
    private readonly ErrorClassifier _classifier;
    private readonly CallOptions _call;
    private readonly ResiliencePropertyKey<SeenErrors> _seen;
    private ComponentGuard? _guard;

    public PipelineGuard(IKairos kairos, string component, KairosComponentOptions options, ErrorClassifier? classifier, TimeProvider? time)
    {
        _kairos = kairos;
        _component = component;
        _time = time ?? TimeProvider.System;
        _isIdempotent = options.IsIdempotent;
        _classifier = (options.Classifier ?? classifier ?? ErrorClassifier.Default).ForPipelines(_isIdempotent);
        _call = new CallOptions { Operation = options.Operation, IsIdempotent = false, Classifier = _classifier };
        _seen = new ResiliencePropertyKey<SeenErrors>($"kairos:{component}");
    }

    /// <summary>Makes an attempt, if the circuit admits it. Throws nothing: a rejection, too, is an outcome.</summary>
    public async ValueTask<Outcome<TResult>> RunAsync<TResult, TState>(
        Func<ResilienceContext, TState, ValueTask<Outcome<TResult>>> callback,
        ResilienceContext context,
        TState state,
        Func<Outcome<TResult>, Exception?>? failureOf = null)
    {
        var attempt = new PipelineAttempt<TResult, TState>(callback, context, state, failureOf);
        Task<Nothing> call;
        try
        {
            _guard ??= _kairos[_component];
            call = _guard.ExecuteAsync(PipelineAttempt<TResult, TState>.RunAsync, attempt, _call, context.CancellationToken).AsTask();
        }
        catch (Exception exception)
        {
            return Outcome.FromException<TResult>(exception); // Kairos has not been started
        }

        await ((Task)call).ConfigureAwait(Quietly(context));
        if (call.IsCompletedSuccessfully) Recover(context);
        else if (attempt.Failure is { } failure) Remember(failure, context);
        return attempt.Outcome ?? Outcome.FromException<TResult>(ReasonOf(call, context));
    }

    private static ConfigureAwaitOptions Quietly(ResilienceContext context) => context.ContinueOnCapturedContext
        ? ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext
        : ConfigureAwaitOptions.SuppressThrowing;

    /// <summary>Why there is no outcome: rejected, refused, cancelled before it began, or a callback that threw.</summary>
    private static Exception ReasonOf(Task call, ResilienceContext context) =>
        call.Exception?.InnerException ?? new OperationCanceledException(context.CancellationToken);

    private void Remember(Exception failure, ResilienceContext context)
    {
        // As the guard has it: what the caller cancelled is no error.
        if (failure is OperationCanceledException && context.CancellationToken.IsCancellationRequested) return;
        var error = _classifier.Classify(failure, new ClassificationContext(_component) { IsIdempotent = _isIdempotent });
        if (!context.Properties.TryGetValue(_seen, out var seen)) context.Properties.Set(_seen, seen = new SeenErrors());
        seen.Add(ErrorKind.Of(error), _time.GetTimestamp());
    }

    private void Recover(ResilienceContext context)
    {
        if (!context.Properties.TryGetValue(_seen, out var seen)) return;
        var (kinds, first) = seen.Take();
        TimeSpan? duration = _time.GetElapsedTime(first); // one execution, one duration, whatever the number of kinds
        foreach (var (kind, count) in kinds.CountBy(kind => kind))
        {
            _kairos.Supervisor.Tell(new ComponentProtocol.ReportRecovery(_component, kind, count) { Duration = duration }, Akka.Actor.ActorRefs.NoSender);
            duration = null;
        }
    }
}
