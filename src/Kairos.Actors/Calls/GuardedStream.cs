using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using Kairos.CircuitBreaker;
using Kairos.State;

namespace Kairos.Calls;

/// <summary>
/// Runs a guarded stream. It is scored when it ends: what is behind a half-told answer is known no earlier. Until its first element it is
/// retried like any call; after that its consumer has seen something, and an error is the consumer's to deal with. A consumer that stops
/// early says nothing about the component.
/// </summary>
internal sealed class GuardedStream<TState, T>(
    GuardTarget target, StreamOptions<T> options, ErrorClassifier classifier, Func<TState, CancellationToken, IAsyncEnumerable<T>> call, TState state)
{
    public async IAsyncEnumerable<T> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var span = CallTelemetry.Start(target.Name, options.Operation);
        var engine = new CallEngine(target, options, classifier);
        var run = new CallRun(target, options, options.Classifier ?? classifier, span);
        var status = CallStatus.Ignored; // unless it comes to an end of its own
        Bulkhead? place = null;
        try
        {
            (place, var refused) = await engine.EnterAsync<StreamAttempt<T>>(run, cancellationToken).ConfigureAwait(false);
            var opened = refused ?? await engine.AttemptsAsync(run, OpenAsync, this, failed: null, cancellationToken).ConfigureAwait(false);
            status = opened.Status;
            if (!opened.IsSuccess) End(run, opened);

            var attempt = opened.Value;
            await using var end = attempt.ConfigureAwait(false);
            status = CallStatus.Ignored;
            while (attempt.HasCurrent)
            {
                yield return attempt.Current;
                await attempt.MoveNextAsync(cancellationToken).ConfigureAwait(false);
            }

            status = attempt.Outcome.Status;
            End(run, attempt.Outcome);
        }
        finally
        {
            place?.Leave();
            OutcomeReporter.Count(target.Handle.Ledger, status);
        }
    }

    /// <summary>An attempt has succeeded, for the time being, when there is a first element or a good end.</summary>
    private static async ValueTask<CallOutcome<StreamAttempt<T>>> OpenAsync(
        CallRun run, GuardedStream<TState, T> stream, CallTicket ticket, CancellationToken cancellationToken)
    {
        var attempt = new StreamAttempt<T>(stream.Target, run, stream.Options, ticket);
        await attempt.StartAsync(stream.Begin, cancellationToken).ConfigureAwait(false);
        if (attempt.HasCurrent || attempt.Outcome.IsSuccess) return CallOutcome<StreamAttempt<T>>.Success(attempt);
        var failure = attempt.Outcome;
        await attempt.DisposeAsync().ConfigureAwait(false);
        return failure.Error is { } error
            ? CallOutcome<StreamAttempt<T>>.Failed(error, failure.Exception!)
            : CallOutcome<StreamAttempt<T>>.Cancelled(failure.Exception!);
    }

    private GuardTarget Target => target;

    private StreamOptions<T> Options => options;

    private IAsyncEnumerable<T> Begin(CancellationToken token) => call(state, token);

    private static void End<TResult>(CallRun run, in CallOutcome<TResult> outcome)
    {
        run.Conclude(outcome);
        if (outcome.ToException() is { } exception) ExceptionDispatchInfo.Throw(exception);
    }
}
