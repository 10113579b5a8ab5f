using Akka.Actor;

namespace Kairos.Components;

/// <summary>
/// Asks actors that may stop at any moment. Akka takes the mailbox from an actor that has stopped and empties it; who had looked it up before
/// that, and puts in something after it, is never told. Whether the actor has stopped shows when the question has been put.
/// </summary>
internal static class Asking
{
    /// <summary>Waits for the answer without a limit; false when the actor had stopped by the time it was asked.</summary>
    public static async Task<(bool IsAnswered, T? Answer)> TryAskAsync<T>(IActorRef actor, object question, CancellationToken cancellation)
    {
        using var given = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var answer = actor.Ask<T>(question, Timeout.InfiniteTimeSpan, given.Token);
        if (answer.IsCompleted || actor is not ActorRefWithCell { Underlying.IsTerminated: true }) return (true, await answer.ConfigureAwait(false));
        await given.CancelAsync().ConfigureAwait(false);
        await ((Task)answer).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellation.ThrowIfCancellationRequested();
        return (false, default);
    }
}
