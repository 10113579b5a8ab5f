using System.Runtime.CompilerServices;
using Kairos.Breaking;
using Kairos.Components;
using Kairos.Errors;

namespace Kairos.Calls;

/// <summary>An attempt that was made before the engine took over, and how it failed.</summary>
/// <param name="Ticket">What it was admitted with.</param>
/// <param name="Exception">What it ended with.</param>
/// <param name="Duration">How long it took, where that was measured.</param>
/// <param name="HasElapsed">Whether its token was cancelled.</param>
/// <param name="Begin">When it began, where that matters.</param>
internal readonly record struct FailedAttempt(
    CallTicket Ticket, Exception Exception, TimeSpan? Duration, bool HasElapsed, TimeSpan? Begin)
{
    /// <summary>One that nobody measured.</summary>
    public static FailedAttempt Plain(ComponentSnapshot snapshot, Exception exception) =>
        new(new CallTicket(snapshot.Sequence, 0), exception, null, false, null);
}

/// <summary>
/// Runs a guarded call to its end: place, admission, attempt, account, retry, fallback. Every attempt is admitted and accounted for by
/// itself; the call as a whole is counted once.
/// </summary>
/// <param name="target">The component.</param>
/// <param name="options">What is special about the call.</param>
/// <param name="classifier">The guard's classifier, where the options name none.</param>
internal readonly struct CallEngine(GuardTarget target, CallOptions options, ErrorClassifier classifier)
{
    /// <summary>Runs the call.</summary>
    /// <param name="call">The call.</param>
    /// <param name="state">What it is given.</param>
    /// <param name="failed">An attempt that was made already, where there was one.</param>
    /// <param name="cancellation">The caller's token.</param>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<CallOutcome<TResult>> RunAsync<TState, TResult>(
        Func<TState, CancellationToken, ValueTask<TResult>> call, TState state, FailedAttempt? failed, CancellationToken cancellation)
    {
        var span = CallTelemetry.Start(target.Name, options.Operation);
        try
        {
            var run = new CallRun(target, options, options.Classifier ?? classifier, span, failed?.Begin);
            var outcome = await InPlaceAsync(run, call, state, failed, cancellation).ConfigureAwait(false);
            Count(outcome.Status);
            if (outcome.Status is CallStatus.Failure or CallStatus.Rejected && options is CallOptions<TState, TResult> { Fallbacks.Count: > 0 } more)
                outcome = await FallBackAsync(run, more.Fallbacks, state, outcome, cancellation).ConfigureAwait(false);
            Conclude(run, outcome);
            return outcome;
        }
        finally
        {
            span?.Dispose();
        }
    }

    /// <summary>Runs the call in its place of the bulkhead, where the component has one.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<CallOutcome<TResult>> InPlaceAsync<TState, TResult>(
        CallRun run, Func<TState, CancellationToken, ValueTask<TResult>> call, TState state, FailedAttempt? failed, CancellationToken cancellation)
    {
        if (run.Policy.MaxConcurrent == 0) return await AttemptsAsync(run, call, state, failed, cancellation).ConfigureAwait(false);
        var bulkhead = target.Cell.BulkheadFor(run.Policy)!;
        try
        {
            if (!await bulkhead.EnterAsync(run.TimeLeft, target.Runtime.Clock.Provider, cancellation).ConfigureAwait(false))
                return CallOutcome<TResult>.Rejected(RejectionReason.ConcurrencyLimit, target.Cell.Snapshot);
        }
        catch (OperationCanceledException exception)
        {
            return CallOutcome<TResult>.Cancelled(exception);
        }

        try
        {
            return await AttemptsAsync(run, call, state, failed, cancellation).ConfigureAwait(false);
        }
        finally
        {
            bulkhead.Leave();
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<CallOutcome<TResult>> AttemptsAsync<TState, TResult>(
        CallRun run, Func<TState, CancellationToken, ValueTask<TResult>> call, TState state, FailedAttempt? failed, CancellationToken cancellation)
    {
        CallOutcome<TResult>? last = null;
        for (var attempt = 1; ; attempt++)
        {
            CallOutcome<TResult> outcome;
            if (failed is { } before)
            {
                outcome = await run.FailAsync<TResult>(
                    before.Ticket, before.Exception, before.Duration, before.HasElapsed, cancellation).ConfigureAwait(false);
                failed = null;
            }
            else
            {
                if (cancellation.IsCancellationRequested) return CallOutcome<TResult>.Cancelled(new OperationCanceledException(cancellation));
                if (run.Budget?.TryTake() == false)
                    return last ?? CallOutcome<TResult>.Rejected(RejectionReason.BudgetExhausted, target.Cell.Snapshot);
                var admission = await Admissions.AdmitAsync(target).ConfigureAwait(false);
                if (!admission.IsAdmitted) return last ?? CallOutcome<TResult>.Rejected(RejectionReason.CircuitOpen, admission.Snapshot, admission.Answer.RetryAfter);
                outcome = await run.AttemptAsync(call, state, admission.Ticket, cancellation).ConfigureAwait(false);
            }

            if (outcome.Error is not { } error || run.WaitBeforeRetry(error, attempt) is not { } wait) return outcome;
            last = outcome;
            CallTelemetry.Retry(run.Span, error, attempt, wait);
            try
            {
                await Task.Delay(wait, target.Runtime.Clock.Provider, cancellation).ConfigureAwait(false);
            }
            catch (OperationCanceledException exception)
            {
                return CallOutcome<TResult>.Cancelled(exception);
            }
        }
    }

    private static async ValueTask<CallOutcome<TResult>> FallBackAsync<TState, TResult>(
        CallRun run,
        IReadOnlyList<Fallback<TState, TResult>> fallbacks,
        TState state,
        CallOutcome<TResult> outcome,
        CancellationToken cancellation)
    {
        foreach (var fallback in fallbacks)
        {
            if (cancellation.IsCancellationRequested) break;
            try
            {
                var value = await fallback.Call(state, cancellation).ConfigureAwait(false);
                return CallOutcome<TResult>.Success(value, fallback.IsDegraded);
            }
            catch (Exception exception)
            {
                run.Span?.AddException(exception); // the error that is told stays that of the call itself
            }
        }

        return outcome;
    }

    private static void Conclude<TResult>(CallRun run, in CallOutcome<TResult> outcome)
    {
        if (outcome is { IsSuccess: true, IsDegraded: false }) run.Recover();
        else if (outcome.Error is { } error) CallTelemetry.Fail(run.Span, error, outcome.Exception!);
        else if (outcome.Status == CallStatus.Rejected) CallTelemetry.Reject(run.Span, outcome.Rejection);
    }

    /// <summary>Successes have been counted where the attempt succeeded.</summary>
    private void Count(CallStatus status)
    {
        var ledger = target.Cell.Ledger;
        if (status == CallStatus.Failure) ledger.Failures.Increment();
        else if (status == CallStatus.Ignored) ledger.Ignored.Increment();
        else if (status == CallStatus.Rejected) ledger.Rejected.Increment();
    }
}
