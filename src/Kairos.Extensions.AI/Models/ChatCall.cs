using Microsoft.Extensions.AI;

namespace Kairos.Extensions.AI;

/// <summary>One request to a model, which may be made more than once.</summary>
/// <param name="Messages">The messages; looked through anew by every attempt.</param>
/// <param name="Options">The options.</param>
internal readonly record struct ChatCall(IReadOnlyList<ChatMessage> Messages, ChatOptions? Options)
{
    public ChatCall(IEnumerable<ChatMessage> messages, ChatOptions? options)
        : this(WithoutEmptyAnswers(messages as IReadOnlyList<ChatMessage> ?? [.. messages]), options)
    {
    }

    /// <summary>The tokens that it uses; null where nobody wants to know.</summary>
    public CallUsage? Usage { get; init; }

    /// <summary>An empty answer that was stored would have strict servers refuse the conversation ever after.</summary>
    private static IReadOnlyList<ChatMessage> WithoutEmptyAnswers(IReadOnlyList<ChatMessage> messages)
    {
        for (var at = 0; at < messages.Count; at++)
        {
            if (ResponseInspector.IsEmptyAnswer(messages, at)) return [.. messages.Where((_, place) => !ResponseInspector.IsEmptyAnswer(messages, place))];
        }

        return messages;
    }
}
