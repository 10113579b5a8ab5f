namespace Kairos;

/// <content>Guarded questions to the component's worker.</content>
public sealed partial class ComponentGuard
{
    private static readonly GuardedCallOptions Once = new() { IsIdempotent = false };

    /// <summary>
    /// Asks the component's worker under the guard. The message is sent once, whatever comes of it; <see cref="GuardedCallOptions"/> with
    /// <see cref="GuardedCallOptions.IsIdempotent"/> may say otherwise. Thread-safe.
    /// <para>
    /// While the worker is down, the message waits for it: for <c>worker.restart-delay-max</c> and a second, and with 9,999 others at most. An
    /// attempt ends after <c>call.attempt-timeout</c>; where that is infinite, after <c>kairos.ask-timeout</c>.
    /// </para>
    /// </summary>
    /// <param name="message">What the worker is told. Immutable.</param>
    /// <param name="cancellationToken">Cancels the question; a worker that has the message already is not told.</param>
    /// <exception cref="WorkerUnavailableException">The message could not be given to the worker in time, or the worker went down over it. The
    /// component is not blamed, and nothing is retried: what has crashed the worker would crash it again.</exception>
    /// <exception cref="TimeoutException">No answer came in time.</exception>
    /// <exception cref="InvalidOperationException">The component has no worker.</exception>
    public ValueTask<TResponse> AskAsync<TResponse>(object message, CancellationToken cancellationToken = default) =>
        AskAsync<TResponse>(message, Once, cancellationToken);

    /// <inheritdoc cref="AskAsync{TResponse}(object,CancellationToken)"/>
    /// <param name="message">What the worker is told.</param>
    /// <param name="options">What is special about the question. If it is idempotent, as options are unless they say otherwise, it may be sent
    /// again: when an attempt's time is up, or the worker answers with a failure. Options with fallbacks are refused.</param>
    /// <param name="cancellationToken">Cancels the question.</param>
    public async ValueTask<TResponse> AskAsync<TResponse>(object message, GuardedCallOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        ArgumentNullException.ThrowIfNull(options);
        using var question = new WorkerQuestion(this, message, cancellationToken);
        try
        {
            return await ExecuteAsync(static (question, token) => question.AskAsync<TResponse>(token), question, options, question.Cancellation)
                .ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (question.Refusal is not null)
        {
            throw question.Refusal;
        }
    }

    /// <summary>
    /// What a worker is asked. A refused message is treated as cancelled: the crash that it was refused for was counted already.
    /// </summary>
    private sealed class WorkerQuestion(ComponentGuard guard, object message, CancellationToken caller) : IDisposable
    {
        private readonly CancellationTokenSource _end = CancellationTokenSource.CreateLinkedTokenSource(caller);

        public CancellationToken Cancellation => _end.Token;

        /// <summary>Why the worker did not take it; null where it did.</summary>
        public WorkerUnavailableException? Refusal { get; private set; }

        public async ValueTask<TResponse> AskAsync<TResponse>(CancellationToken cancellationToken)
        {
            var isLimited = cancellationToken != Cancellation // the attempt has a token of its own, which the settings of now may not explain
                && guard.Snapshot is { Settings.Call.AttemptTimeout: var own } && own != Timeout.InfiniteTimeSpan;
            var limit = isLimited ? Timeout.InfiniteTimeSpan : guard.Runtime.Settings.AskTimeout;
            try
            {
                var question = new ComponentProtocol.AskWorker(guard.Component, message);
                return await guard.Runtime.AskAsync<TResponse>(guard.Target, question, limit, cancellationToken).ConfigureAwait(false);
            }
            catch (WorkerUnavailableException refusal) when (refusal.Component == guard.Component)
            {
                Refusal = refusal;
                await _end.CancelAsync().ConfigureAwait(false);
                throw new OperationCanceledException(refusal.Message, refusal, _end.Token);
            }
        }

        public void Dispose() => _end.Dispose();
    }
}
