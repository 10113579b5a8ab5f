using Akka.Actor;
using Kairos.Components;

namespace Kairos.Calls;

public sealed partial class ComponentGuard
{
    /// <summary>
    /// What a worker is asked. A worker that could not take it says nothing about the component that its crash has not said: to the guard that is
    /// as if the caller had cancelled.
    /// </summary>
    private sealed class WorkerQuestion(ComponentGuard guard, object message, CancellationToken caller) : IDisposable
    {
        private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
        private readonly CancellationTokenSource _end = CancellationTokenSource.CreateLinkedTokenSource(caller);

        public CancellationToken Cancellation => _end.Token;

        /// <summary>Why the worker did not take it; null where it did.</summary>
        public WorkerUnavailableException? Refusal { get; private set; }

        public async ValueTask<TResponse> AskAsync<TResponse>(CancellationToken cancellation)
        {
            var (target, told) = guard.Address(new ComponentProtocol.AskWorker(guard.Component, message));
            var limit = Limit();
            using var elapsed = new CancellationTokenSource(limit, guard._runtime.Clock.Provider);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(elapsed.Token, cancellation);
            try
            {
                return await target.Ask<TResponse>(told, Timeout.InfiniteTimeSpan, either.Token).ConfigureAwait(false);
            }
            catch (WorkerUnavailableException refusal) when (refusal.Component == guard.Component)
            {
                Refusal = refusal;
                await _end.CancelAsync().ConfigureAwait(false);
                throw new OperationCanceledException(refusal.Message, refusal, _end.Token);
            }
            catch (OperationCanceledException) when (elapsed.IsCancellationRequested && !cancellation.IsCancellationRequested)
            {
                throw new TimeoutException($"The worker of '{guard.Component}' did not answer within {limit.TotalSeconds:0.###} s.");
            }
        }

        public void Dispose() => _end.Dispose();

        /// <summary>How long an attempt waits for an answer, where nobody else ends it.</summary>
        private TimeSpan Limit()
        {
            var settings = guard.Snapshot?.Settings ?? guard._runtime.Settings.For(guard.Component);
            return settings.Call.AttemptTimeout != Timeout.InfiniteTimeSpan ? Timeout.InfiniteTimeSpan : settings.Worker.LongestWait + Patience;
        }
    }
}
