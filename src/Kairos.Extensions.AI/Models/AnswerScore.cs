using Microsoft.Extensions.AI;

namespace Kairos.Extensions.AI;

/// <summary>
/// Tells an answer that failed from one that is merely unwelcome. Errors within an answer are failures; a refusal, which clients write as an
/// error too, and a content filter are the model doing its work.
/// </summary>
internal static class AnswerScore
{
    private const int MostOfCode = 64;
    private static readonly string[] Refusals = ["Refusal", "content_filter", "content_policy_violation"];

    /// <summary>What is wrong with a whole answer; null where nothing is.</summary>
    public static ModelFailedException? FailureOf(ChatResponse response)
    {
        var error = response.Messages.Select(message => ErrorIn(message.Contents)).FirstOrDefault(found => found is not null)
            ?? RawAnswer.ErrorIn(response.RawRepresentation);
        return error is null ? null : new ModelFailedException(Describe(error.ErrorCode), error.ErrorCode, response);
    }

    /// <summary>The error among contents, which is no refusal.</summary>
    public static ErrorContent? ErrorIn(IList<AIContent> contents)
    {
        foreach (var content in contents)
        {
            if (content is ErrorContent error && !Refusals.Contains(error.ErrorCode, StringComparer.OrdinalIgnoreCase)) return error;
        }

        return null;
    }

    /// <summary>Whether an update holds something of the answer.</summary>
    public static bool HasContent(ChatResponseUpdate update)
    {
        foreach (var content in update.Contents)
        {
            var isEmpty = content switch
            {
                UsageContent => true,
                ErrorContent => ErrorIn([content]) is not null,
                TextContent text => text.Text.Length == 0,
                TextReasoningContent reasoning => reasoning.Text.Length == 0 && reasoning.ProtectedData is null,
                _ => false,
            };
            if (!isEmpty) return true;
        }

        return false;
    }

    /// <summary>Without what the provider wrote for people, in which it quotes prompts.</summary>
    public static string Describe(string? errorCode) => IsCode(errorCode) ? $"The answer holds an error: {errorCode}." : "The answer holds an error.";

    /// <summary>Whether it is a code: one short word.</summary>
    public static bool IsCode(string? errorCode) => errorCode is { Length: > 0 and <= MostOfCode } && !errorCode.Any(char.IsWhiteSpace);
}
