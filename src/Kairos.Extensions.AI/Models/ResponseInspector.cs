using System.Diagnostics;
using Kairos.Classification;
using Microsoft.Extensions.AI;

namespace Kairos.Extensions.AI;

/// <summary>
/// Tells an answer that failed from one that is merely unwelcome. Errors within an answer are failures; a refusal, which clients write as an
/// error too, and a content filter are the model doing its work.
/// </summary>
internal static class ResponseInspector
{
    private static readonly string[] Refusals = ["Refusal", "content_filter", "content_policy_violation"];

    /// <summary>What is wrong with a whole answer; null where nothing is.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="seen">What was seen of it on its way in.</param>
    public static Exception? FailureOf(ChatResponse response, ResponseFacts? seen)
    {
        if (seen is not null) return new AnswerFailedException(seen, response);
        ErrorContent? error = null;
        for (var at = 0; error is null && at < response.Messages.Count; at++) error = ErrorIn(response.Messages[at].Contents);
        error ??= RawAnswer.ErrorIn(response.RawRepresentation);
        return error is null ? null : new AnswerFailedException(FactsOf(error.ErrorCode), response);
    }

    /// <summary>An answer's error as an SDK tells it: its code, where that is a word, and nothing that was written for people.</summary>
    public static ResponseFacts FactsOf(string? errorCode) => new() { Status = 200, ErrorCode = ErrorBody.IsWord(errorCode) ? errorCode : null };

    /// <summary>The error among contents, which is no refusal.</summary>
    public static ErrorContent? ErrorIn(IList<AIContent> contents)
    {
        for (var at = 0; at < contents.Count; at++)
        {
            if (contents[at] is ErrorContent error && !IsRefusal(error)) return error;
        }

        return null;
    }

    /// <summary>Whether an update holds something that its consumer can use, reasoning included.</summary>
    public static bool HasContent(ChatResponseUpdate update) => Holds(update.Contents, IsSomething);

    /// <summary>Whether contents hold something of the answer, which reasoning is not.</summary>
    public static bool HasAnswer(IList<AIContent> contents) => Holds(contents, static content => content is not TextReasoningContent && IsSomething(content));

    /// <summary>Whether contents hold reasoning.</summary>
    public static bool HasReasoning(IList<AIContent> contents) => Holds(contents, static content => content is TextReasoningContent);

    /// <summary>
    /// Says of an answer that it is empty, where it is: an end in good order and nothing but reasoning before it. Its message is taken out, since strict
    /// servers refuse a conversation ever after that holds an empty one.
    /// </summary>
    public static ChatResponse TellIfEmpty(ChatResponse response)
    {
        if (response.FinishReason != ChatFinishReason.Stop) return response;
        for (var at = 0; at < response.Messages.Count; at++)
        {
            if (HasAnswer(response.Messages[at].Contents)) return response;
        }

        response.Messages = [.. response.Messages.Where(message => message.Role != ChatRole.Assistant)];
        (response.AdditionalProperties ??= [])[KairosModelExtensions.EmptyAnswer] = true;
        Activity.Current?.SetTag(KairosModelExtensions.EmptyAnswer, true);
        return response;
    }

    /// <summary>Says of a stream that it was empty, by its last update.</summary>
    public static void TellEmpty(ChatResponseUpdate last)
    {
        (last.AdditionalProperties ??= [])[KairosModelExtensions.EmptyAnswer] = true;
        Activity.Current?.SetTag(KairosModelExtensions.EmptyAnswer, true);
    }

    /// <summary>Whether a message of a conversation is an answer with nothing in it. Reasoning is something where the conversation goes on from it: some
    /// models want it back.</summary>
    public static bool IsEmptyAnswer(IReadOnlyList<ChatMessage> messages, int at)
    {
        var message = messages[at];
        return message.Role == ChatRole.Assistant
            && !Holds(message.Contents, static content => content is TextContent text ? !string.IsNullOrWhiteSpace(text.Text) : content is not TextReasoningContent)
            && !(GoesOn(messages, at) && HasReasoning(message.Contents));
    }

    /// <summary>How much there is of contents, in characters.</summary>
    public static long LengthOf(IList<AIContent> contents)
    {
        var length = 0L;
        for (var at = 0; at < contents.Count; at++)
            length += contents[at] switch { TextContent text => text.Text.Length, TextReasoningContent reasoning => reasoning.Text.Length, _ => 0 };
        return length;
    }

    /// <summary>By place: what enumerates a list that is known by its interface is made anew for each chunk of each answer.</summary>
    private static bool Holds(IList<AIContent> contents, Func<AIContent, bool> what)
    {
        for (var at = 0; at < contents.Count; at++)
        {
            if (what(contents[at])) return true;
        }

        return false;
    }

    private static bool IsRefusal(ErrorContent error) => Refusals.Contains(error.ErrorCode, StringComparer.OrdinalIgnoreCase);

    private static bool GoesOn(IReadOnlyList<ChatMessage> messages, int at) =>
        at + 1 < messages.Count && (messages[at + 1].Role == ChatRole.Assistant || messages[at + 1].Role == ChatRole.Tool);

    private static bool IsSomething(AIContent content) => content switch
    {
        UsageContent => false,
        ErrorContent error => IsRefusal(error),
        TextContent text => text.Text.Length > 0,
        TextReasoningContent reasoning => reasoning.Text.Length > 0 || reasoning.ProtectedData is not null,
        _ => true,
    };
}
