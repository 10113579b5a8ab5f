using Microsoft.Extensions.AI;

namespace Kairos.Extensions.AI;

/// <summary>One request to a model, which may be made more than once.</summary>
/// <param name="Messages">The messages; looked through anew by every attempt.</param>
/// <param name="Options">The options.</param>
internal sealed record ChatCall(IReadOnlyList<ChatMessage> Messages, ChatOptions? Options)
{
    public ChatCall(IEnumerable<ChatMessage> messages, ChatOptions? options)
        : this(WithoutEmptyAnswers(messages as IReadOnlyList<ChatMessage> ?? [.. messages]), options)
    {
    }

    /// <summary>An empty answer that was stored would have strict servers refuse the conversation ever after.</summary>
    private static IReadOnlyList<ChatMessage> WithoutEmptyAnswers(IReadOnlyList<ChatMessage> messages)
    {
        List<ChatMessage> kept = [.. messages.Where((message, at) => !ResponseInspector.IsEmptyAnswer(message, at + 1 < messages.Count ? messages[at + 1] : null))];
        return kept.Count < messages.Count ? kept : messages;
    }
}
