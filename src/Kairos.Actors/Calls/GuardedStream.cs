using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using Kairos.Components;
using Kairos.Errors;

namespace Kairos.Calls;

/// <summary>
/// Runs a guarded stream. It is scored when it ends: what is behind a half-told answer is known no earlier. Until its first element it is
/// retried like any call; after that its consumer has seen something, and an error is the consumer's to deal with. A consumer that stops
/// early says nothing about the component.
/// </summary>
internal sealed class GuardedStream<TState, T>(
    GuardTarget target, StreamOptions<T> options, ErrorClassifier classifier, Func<TState, CancellationToken, IAsyncEnumerable<T>> call, TState state)
{
    public async IAsyncEnumerable<T> RunAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        using var span = CallTelemetry.Start(target.Name, options.Operation);
        var run = new CallRun(target, options, options.Classifier ?? classifier, span);
        var status = CallStatus.Ignored; // unless it comes to an end of its own
        using var place = await EnterAsync(run, cancellation).ConfigureAwait(false);
        try
        {
            var (attempt, rejection) = await OpenAsync(run, cancellation).ConfigureAwait(false);
            if (attempt is null)
            {
                status = CallStatus.Rejected;
                throw Reject(span, rejection.Reason, rejection.Snapshot, rejection.RetryAfter);
            }

            await using (attempt)
            {
                while (attempt.HasCurrent)
                {
                    yield return attempt.Current;
                    await attempt.MoveNextAsync(run.Policy.StreamMaxGap).ConfigureAwait(false);
                }

                status = attempt.Outcome.Status;
                if (attempt.Outcome.IsSuccess) run.Recover();
                else Throw(span, attempt.Outcome);
            }
        }
        finally
        {
            Count(status);
        }
    }

    /// <summary>Attempts until one has a first element, or an end.</summary>
    private async ValueTask<(StreamAttempt<T>? Attempt, (RejectionReason Reason, ComponentSnapshot Snapshot, TimeSpan? RetryAfter) Rejection)> OpenAsync(
        CallRun run, CancellationToken cancellation)
    {
        StreamAttempt<T>? last = null;
        for (var number = 1; ; number++)
        {
            if (run.Budget?.TryTake() == false) return (last, (RejectionReason.BudgetExhausted, target.Cell.Snapshot, null));
            var admission = await Admissions.AdmitAsync(target).ConfigureAwait(false);
            if (!admission.IsAdmitted) return (last, (RejectionReason.CircuitOpen, admission.Snapshot, admission.Answer.RetryAfter));

            var attempt = new StreamAttempt<T>(target, run, options, admission.Ticket, cancellation);
            await attempt.StartAsync(token => call(state, token)).ConfigureAwait(false);
            var error = attempt.HasCurrent ? null : attempt.Outcome.Error;
            if (error is null || run.WaitBeforeRetry(error, number) is not { } wait) return (attempt, default);

            last = attempt;
            await attempt.DisposeAsync().ConfigureAwait(false);
            CallTelemetry.Retry(run.Span, error, number, wait);
            await Task.Delay(wait, target.Runtime.Clock.Provider, cancellation).ConfigureAwait(false);
        }
    }

    private async ValueTask<Place> EnterAsync(CallRun run, CancellationToken cancellation)
    {
        if (target.Cell.BulkheadFor(run.Policy) is not { } bulkhead) return default;
        if (await bulkhead.EnterAsync(run.TimeLeft, target.Runtime.Clock.Provider, cancellation).ConfigureAwait(false)) return new Place(bulkhead);
        Count(CallStatus.Rejected);
        throw Reject(run.Span, RejectionReason.ConcurrencyLimit, target.Cell.Snapshot, null);
    }

    private static CallRejectedException Reject(Activity? span, RejectionReason reason, ComponentSnapshot snapshot, TimeSpan? retryAfter)
    {
        CallTelemetry.Reject(span, reason);
        return CallRejectedException.For(snapshot, reason, retryAfter);
    }

    private static void Throw(Activity? span, in CallOutcome<Nothing> outcome)
    {
        if (outcome.Error is { } error) CallTelemetry.Fail(span, error, outcome.Exception!);
        ExceptionDispatchInfo.Throw(outcome.Exception!);
    }

    private void Count(CallStatus status)
    {
        var ledger = target.Cell.Ledger;
        if (status == CallStatus.Failure) ledger.Failures.Increment();
        else if (status == CallStatus.Ignored) ledger.Ignored.Increment();
        else if (status == CallStatus.Rejected) ledger.Rejected.Increment();
    }

    private readonly struct Place(Bulkhead? bulkhead) : IDisposable
    {
        public void Dispose() => bulkhead?.Leave();
    }
}
