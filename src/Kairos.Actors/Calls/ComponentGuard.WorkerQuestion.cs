using Kairos.Actors;

namespace Kairos;

public sealed partial class ComponentGuard
{
    /// <summary>
    /// What a worker is asked. A worker that could not take it says nothing about the component that its crash has not said: to the guard that is
    /// as if the caller had cancelled.
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
            var limit = isLimited ? Timeout.InfiniteTimeSpan : guard._runtime.Settings.AskTimeout;
            try
            {
                var question = new ComponentProtocol.AskWorker(guard.Component, message);
                return await Asking.AskAsync<TResponse>(guard._runtime, guard.Target, question, limit, cancellationToken).ConfigureAwait(false);
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
