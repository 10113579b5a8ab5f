using System.Runtime.CompilerServices;
using KairosAgent.Text;
using Microsoft.Extensions.AI;

namespace KairosAgent.Models;

/// <summary>A model whose answers do not hold the key, also where it comes in pieces: neither a reader nor another model is to see it.</summary>
internal sealed class ScrubbedChatClient(IChatClient inner, Secrets secrets) : DelegatingChatClient(inner)
{
    public override async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var response = await base.GetResponseAsync(messages, options, cancellationToken).ConfigureAwait(false);
        foreach (var text in response.Messages.SelectMany(message => message.Contents).OfType<TextContent>()) text.Text = secrets.Hide(text.Text);
        return response;
    }

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var filter = new SecretFilter(secrets);
        await foreach (var update in base.GetStreamingResponseAsync(messages, options, cancellationToken).ConfigureAwait(false))
        {
            Hide(update, filter);
            yield return update;
        }

        if (filter.Flush() is { Length: > 0 } rest) yield return new ChatResponseUpdate(ChatRole.Assistant, rest);
    }

    private static void Hide(ChatResponseUpdate update, SecretFilter filter)
    {
        var next = 0;
        var goesOn = update.FinishReason is null;
        for (var place = 0; place < update.Contents.Count; place++)
        {
            goesOn &= update.Contents[place] is TextContent;
            if (update.Contents[place] is not TextContent text) continue;
            text.Text = filter.Push(text.Text);
            next = place + 1;
        }

        if (!goesOn && filter.Flush() is { Length: > 0 } rest) update.Contents.Insert(next, new TextContent(rest));
    }
}
