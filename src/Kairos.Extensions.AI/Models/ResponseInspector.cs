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
        var error = response.Messages.Select(message => ErrorIn(message.Contents)).FirstOrDefault(found => found is not null)
            ?? RawAnswer.ErrorIn(response.RawRepresentation);
        return error is null ? null : new AnswerFailedException(FactsOf(error.ErrorCode), response);
    }

    /// <summary>An answer's error as an SDK tells it: its code, where that is a word, and nothing that was written for people.</summary>
    public static ResponseFacts FactsOf(string? errorCode) => new() { Status = 200, ErrorCode = ErrorBody.IsWord(errorCode) ? errorCode : null };

    /// <summary>The error among contents, which is no refusal.</summary>
    public static ErrorContent? ErrorIn(IList<AIContent> contents)
    {
        foreach (var content in contents)
        {
            if (content is ErrorContent error && !Refusals.Contains(error.ErrorCode, StringComparer.OrdinalIgnoreCase)) return error;
        }

        return null;
    }

    /// <summary>Whether an update holds something that its consumer can use, reasoning included.</summary>
    public static bool HasContent(ChatResponseUpdate update) => update.Contents.Any(IsSomething);

    /// <summary>Whether contents hold something of the answer, which reasoning is not.</summary>
    public static bool HasAnswer(IList<AIContent> contents) => contents.Any(content => content is not TextReasoningContent && IsSomething(content));

    /// <summary>
    /// Says of an answer that it is empty, where it is: an end in good order and nothing but reasoning before it. Its message is taken out, since strict
    /// servers refuse a conversation ever after that holds an empty one.
    /// </summary>
    public static ChatResponse TellIfEmpty(ChatResponse response)
    {
        if (response.FinishReason != ChatFinishReason.Stop || response.Messages.Any(message => HasAnswer(message.Contents))) return response;
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

    /// <summary>Whether a message of a conversation is an answer with nothing in it.</summary>
    /// <param name="message">The message.</param>
    /// <param name="next">The one behind it: some models want their reasoning back that they went on from.</param>
    public static bool IsEmptyAnswer(ChatMessage message, ChatMessage? next) =>
        message.Role == ChatRole.Assistant
        && message.Contents.All(content => content is TextContent text ? string.IsNullOrWhiteSpace(text.Text) : content is TextReasoningContent && !GoesOn(next));

    /// <summary>How much there is of a content, in characters.</summary>
    public static int LengthOf(AIContent content) => content switch
    {
        TextContent text => text.Text.Length,
        TextReasoningContent reasoning => reasoning.Text.Length,
        _ => 0,
    };

    private static bool GoesOn(ChatMessage? next) => next is not null && (next.Role == ChatRole.Assistant || next.Role == ChatRole.Tool);

    private static bool IsSomething(AIContent content) => content switch
    {
        UsageContent => false,
        ErrorContent => ErrorIn([content]) is null,
        TextContent text => text.Text.Length > 0,
        TextReasoningContent reasoning => reasoning.Text.Length > 0 || reasoning.ProtectedData is not null,
        _ => true,
    };
}
