using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Kairos.Extensions.AI;

/// <summary>Makes one attempt at one model and says by exception what the answer does not: that it failed.</summary>
/// <param name="client">The model's client.</param>
/// <param name="guard">Its guard.</param>
internal sealed class ChatAttempts(IChatClient client, ModelGuard guard)
{
    private readonly ModelEndpoint _model = guard.EndpointOf(ModelEndpoint.Of(client));

    public IChatClient Client => client;

    public ModelGuard Guard => guard;

    /// <summary>Asks for a whole answer.</summary>
    public async ValueTask<ChatResponse> AskAsync(ChatCall call, CancellationToken cancellationToken)
    {
        var witness = guard.BeginWatch(_model);
        try
        {
            var response = await client.GetResponseAsync(call.Messages, call.Options, cancellationToken).OrLeaveAsync(cancellationToken).ConfigureAwait(false);
            ModelUsage.Take(call.Usage, response.Usage, response.ModelId);
            return ResponseInspector.FailureOf(response, witness?.FailureWithin()) is { } failure ? throw failure : ResponseInspector.TellIfEmpty(response);
        }
        catch (Exception exception) when (witness?.Note(exception) == true)
        {
            throw; // never here: the filter only looks
        }
        finally
        {
            guard.EndWatch(witness);
            guard.Usage.End(call, letters: 0);
        }
    }

    /// <summary>
    /// Asks for a stream. What carries no content, and came without a sign that the answer is being made, is held back until something does,
    /// so that the stream can be begun anew as long as its consumer has seen nothing of the answer. So is the end of one without an answer, whose last
    /// update is to say so.
    /// </summary>
    public async IAsyncEnumerable<ChatResponseUpdate> StreamAsync(ChatCall call, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var score = new StreamScore(guard, call);
        List<ChatResponseUpdate>? held = [];
        var witness = guard.BeginWatch(_model);
        try
        {
            var updates = client.GetStreamingResponseAsync(call.Messages, call.Options, cancellationToken)
                .GetAsyncEnumerator(cancellationToken).OrLeaveAsync(cancellationToken);
            await using var end = updates.ConfigureAwait(false);
            while (await NextAsync(updates, witness).ConfigureAwait(false))
            {
                var update = Complete(updates.Current, witness);
                score.See(update);
                if (score.IsEmpty) held ??= [];
                held?.Add(update);
                if (held is null) yield return update;
                if (held is null || score.IsEmpty || !(ResponseInspector.HasContent(update) || witness?.TakeLife() == true)) continue;
                foreach (var early in held) yield return early;
                held = null;
            }
        }
        finally
        {
            guard.EndWatch(witness);
            guard.Usage.End(call, score.Letters);
        }

        if (score.FailureOf(witness?.FailureWithin()) is { } failure) throw failure;
        if (score.IsEmpty && held is [.., var last]) ResponseInspector.TellEmpty(last);
        foreach (var early in held ?? []) yield return early;
    }

    /// <summary>An update with the reasoning that the SDK has left out, since it goes by a name that it does not know.</summary>
    private static ChatResponseUpdate Complete(ChatResponseUpdate update, HttpAttemptObserver? witness)
    {
        if (witness?.TakeReasoning() is { } reasoning && !ResponseInspector.HasReasoning(update.Contents))
            update.Contents.Insert(0, new TextReasoningContent(reasoning));
        return update;
    }

    private static ValueTask<bool> NextAsync(IAsyncEnumerator<ChatResponseUpdate> updates, HttpAttemptObserver? witness)
    {
        if (witness is null) return updates.MoveNextAsync();
        witness.Resume();
        var next = updates.MoveNextAsync();
        return next.IsCompletedSuccessfully ? next : NotingAsync(next, witness);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private static async ValueTask<bool> NotingAsync(ValueTask<bool> next, HttpAttemptObserver witness)
    {
        try
        {
            return await next.ConfigureAwait(false);
        }
        catch (Exception exception) when (witness.Note(exception))
        {
            throw; // never here: the filter only looks
        }
    }
}
