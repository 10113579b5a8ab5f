using System.Runtime.CompilerServices;
using Kairos.CircuitBreaker;
using Kairos.State;

namespace Kairos.Calls;

/// <summary>Makes one attempt under a ticket, and accounts for it.</summary>
internal delegate ValueTask<CallOutcome<TResult>> Attempt<TState, TResult>(CallRun run, TState state, CallTicket ticket, CancellationToken cancellationToken);

/// <summary>
/// Runs a guarded call to its end: place, admission, attempt, account, retry, fallback. Every attempt is admitted and accounted for by
/// itself; the call as a whole is counted once.
/// </summary>
/// <param name="target">The component.</param>
/// <param name="options">What is special about the call.</param>
/// <param name="classifier">The guard's classifier, where the options name none.</param>
internal readonly struct CallEngine(GuardTarget target, CallOptions options, ErrorClassifier classifier)
{
    /// <summary>Runs a call.</summary>
    /// <param name="call">The call.</param>
    /// <param name="state">What it is given.</param>
    /// <param name="failed">An attempt that was made already, where there was one.</param>
    /// <param name="cancellationToken">The caller's token.</param>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<CallOutcome<TResult>> RunAsync<TState, TResult>(
        Func<TState, CancellationToken, ValueTask<TResult>> call, TState state, FailedAttempt? failed, CancellationToken cancellationToken)
    {
        var span = CallTelemetry.Start(target.Name, options.Operation);
        try
        {
            var run = new CallRun(target, options, options.Classifier ?? classifier, span, failed?.Begin);
            var outcome = await InPlaceAsync(run, call, state, failed, cancellationToken).ConfigureAwait(false);
            OutcomeReporter.Count(target.Handle.Ledger, outcome.Status);
            if (outcome.Status is CallStatus.Failure or CallStatus.Rejected && options is CallOptions<TState, TResult> { Fallbacks.Count: > 0 } more)
                outcome = await FallBackAsync(run, more.Fallbacks, state, outcome, cancellationToken).ConfigureAwait(false);
            run.Conclude(outcome);
            return outcome;
        }
        finally
        {
            span?.Dispose();
        }
    }

    /// <summary>
    /// Takes a place of the bulkhead, where the component has one. The place is to be left; null with an outcome where there was none to be had.
    /// </summary>
    public async ValueTask<(Bulkhead? Place, CallOutcome<TResult>? Refused)> EnterAsync<TResult>(CallRun run, CancellationToken cancellationToken)
    {
        if (target.Handle.BulkheadFor(run.Policy) is not { } bulkhead) return default;
        try
        {
            return await bulkhead.EnterAsync(run.TimeLeft.Left, target.Runtime.Clock.Provider, cancellationToken).ConfigureAwait(false)
                ? (bulkhead, null)
                : (null, CallOutcome<TResult>.Rejected(RejectionReason.ConcurrencyLimit, target.Handle.Snapshot));
        }
        catch (OperationCanceledException exception)
        {
            return (null, CallOutcome<TResult>.Cancelled(exception));
        }
    }

    /// <summary>Attempts until one succeeds, or there is no use in another.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<CallOutcome<TResult>> AttemptsAsync<TState, TResult>(
        CallRun run, Attempt<TState, TResult> attempt, TState state, FailedAttempt? failed, CancellationToken cancellationToken)
    {
        CallOutcome<TResult>? last = null;
        for (var number = 1; ; number++)
        {
            CallOutcome<TResult> outcome;
            if (failed is { } before)
            {
                outcome = await run.FailAsync<TResult>(before.Ticket, before.Exception, before.Duration, before.Elapsed, cancellationToken).ConfigureAwait(false);
                failed = null;
            }
            else
            {
                if (cancellationToken.IsCancellationRequested) return CallOutcome<TResult>.Cancelled(cancellationToken);
                if (run.Budget?.TryTake() == false)
                    return last ?? CallOutcome<TResult>.Rejected(RejectionReason.BudgetExhausted, target.Handle.Snapshot);
                var (answer, decidedBy) = await AdmissionControl.AdmitAsync(target).ConfigureAwait(false);
                if (!answer.IsAdmitted) return last ?? CallOutcome<TResult>.Rejected(RejectionReason.CircuitOpen, decidedBy, answer.RetryAfter);
                outcome = await attempt(run, state, answer.Ticket, cancellationToken).ConfigureAwait(false);
            }

            if (cancellationToken.IsCancellationRequested) return outcome; // it failed before its caller left: that is how the call ended
            if (outcome.Error is not { } error || run.WaitBeforeRetry(error, number) is not { } wait) return outcome;
            last = outcome;
            CallTelemetry.Retry(run.Span, error, number, wait);
            if (!await WaitAsync(wait, cancellationToken).ConfigureAwait(false)) return outcome;
        }
    }

    /// <summary>Waits before a retry. False where Kairos has ended meanwhile: nobody is there to count another attempt.</summary>
    private async ValueTask<bool> WaitAsync(TimeSpan wait, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(target.Runtime.Ended, cancellationToken);
        await Task.Delay(wait, target.Runtime.Clock.Provider, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !target.Runtime.Ended.IsCancellationRequested;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<CallOutcome<TResult>> InPlaceAsync<TState, TResult>(
        CallRun run, Func<TState, CancellationToken, ValueTask<TResult>> call, TState state, FailedAttempt? failed, CancellationToken cancellationToken)
    {
        Bulkhead? place = null;
        if (failed is null && run.Policy.MaxConcurrent > 0) // an attempt that was made is accounted for, whatever the settings say meanwhile
        {
            (place, var refused) = await EnterAsync<TResult>(run, cancellationToken).ConfigureAwait(false);
            if (refused is { } outcome) return outcome;
        }

        try
        {
            return await AttemptsAsync(
                run, static (run, it, ticket, token) => run.AttemptAsync(it.call, it.state, ticket, token), (call, state), failed, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            place?.Leave();
        }
    }

    private static async ValueTask<CallOutcome<TResult>> FallBackAsync<TState, TResult>(
        CallRun run,
        IReadOnlyList<Fallback<TState, TResult>> fallbacks,
        TState state,
        CallOutcome<TResult> outcome,
        CancellationToken cancellationToken)
    {
        foreach (var fallback in fallbacks)
        {
            if (cancellationToken.IsCancellationRequested) break;
            try
            {
                var value = await fallback.Call(state, cancellationToken).ConfigureAwait(false);
                return CallOutcome<TResult>.Success(value, fallback.IsDegraded);
            }
            catch (Exception) when (cancellationToken.IsCancellationRequested)
            {
                return CallOutcome<TResult>.Cancelled(cancellationToken);
            }
            catch (Exception exception)
            {
                CallTelemetry.Note(run.Span, exception); // the error that is told stays that of the call itself
            }
        }

        return outcome;
    }
}
