using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Kairos.Extensions.AI;

/// <summary>Makes one attempt at one model and says by exception what the answer does not: that it failed.</summary>
/// <param name="client">The model's client.</param>
/// <param name="guard">Its guard.</param>
internal sealed class ChatAttempts(IChatClient client, ModelGuard guard)
{
    public IChatClient Client => client;

    public ModelGuard Guard => guard;

    /// <summary>Asks for a whole answer.</summary>
    public async ValueTask<ChatResponse> AskAsync(ChatCall call, CancellationToken cancellation)
    {
        var witness = guard.BeginWatch();
        try
        {
            var response = await client.GetResponseAsync(call.Messages, call.Options, cancellation).OrLeaveAsync(cancellation).ConfigureAwait(false);
            return AnswerScore.FailureOf(response) is { } failure ? throw failure : response;
        }
        catch (Exception exception) when (witness?.Note(exception) == true)
        {
            throw; // never here: the filter only looks
        }
        finally
        {
            guard.EndWatch(witness);
        }
    }

    /// <summary>
    /// Asks for a stream. What carries no content is held back until something does, so that the stream can be begun anew as long as its
    /// consumer has seen nothing of the answer.
    /// </summary>
    public async IAsyncEnumerable<ChatResponseUpdate> StreamAsync(ChatCall call, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var score = new StreamScore(guard.Options.RequiresFinishReason);
        List<ChatResponseUpdate>? held = [];
        await foreach (var update in WatchAsync(call, cancellation).ConfigureAwait(false))
        {
            score.See(update);
            if (held is not null)
            {
                held.Add(update);
                if (!AnswerScore.HasContent(update)) continue;
                foreach (var early in held) yield return early;
                held = null;
            }
            else
            {
                yield return update;
            }
        }

        if (score.Failure is { } failure) throw failure;
        foreach (var early in held ?? []) yield return early;
    }

    private async IAsyncEnumerable<ChatResponseUpdate> WatchAsync(ChatCall call, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var witness = guard.BeginWatch();
        try
        {
            await using var updates = client.GetStreamingResponseAsync(call.Messages, call.Options, cancellation)
                .GetAsyncEnumerator(cancellation).OrLeaveAsync(cancellation);
            while (await NextAsync(updates, witness).ConfigureAwait(false)) yield return updates.Current;
        }
        finally
        {
            guard.EndWatch(witness);
        }
    }

    private static async ValueTask<bool> NextAsync(IAsyncEnumerator<ChatResponseUpdate> updates, HttpWitness? witness)
    {
        witness?.Resume();
        try
        {
            return await updates.MoveNextAsync().ConfigureAwait(false);
        }
        catch (Exception exception) when (witness?.Note(exception) == true)
        {
            throw; // never here: the filter only looks
        }
    }
}
