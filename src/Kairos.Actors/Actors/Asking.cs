using Akka.Actor;

namespace Kairos.Actors;

/// <summary>Asks actors, and waits no longer than is promised.</summary>
internal static class Asking
{
    /// <summary>Waits for an answer until the caller gives up, the time is up, or Kairos has ended.</summary>
    /// <param name="runtime">Whose actor it is.</param>
    /// <param name="actor">Who is asked.</param>
    /// <param name="question">What.</param>
    /// <param name="limit">How long it waits at most.</param>
    /// <param name="cancellationToken">The caller's token.</param>
    /// <exception cref="TimeoutException">Nobody has answered in time.</exception>
    /// <exception cref="ComponentRefusedException">Kairos' actors have ended, and nobody will answer.</exception>
    public static async Task<T> AskAsync<T>(KairosRuntime runtime, IActorRef actor, IComponentMessage question, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var elapsed = new CancellationTokenSource(limit, runtime.Clock.Provider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(elapsed.Token, runtime.Ended, cancellationToken);
        try
        {
            return await actor.Ask<T>(question, Timeout.InfiniteTimeSpan, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (runtime.Ended.IsCancellationRequested) throw new ComponentRefusedException(question.Component, RefusalReason.Unavailable);
            throw new TimeoutException($"'{question.Component}' did not answer within {limit.TotalSeconds} s (kairos.ask-timeout).");
        }
    }
}
