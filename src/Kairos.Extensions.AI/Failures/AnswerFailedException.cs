using Microsoft.Extensions.AI;

namespace Kairos.Extensions.AI;

/// <summary>An answer that arrived in good order and is a failure.</summary>
internal sealed class AnswerFailedException(ResponseFacts facts, ChatResponse? response = null) : HttpFailureException(facts)
{
    /// <summary>Without what the provider wrote for people, in which it quotes prompts.</summary>
    public override string Message => Facts.Code is { } code ? $"The answer holds an error: {code}." : "The answer holds an error.";

    /// <summary>The whole answer, where it was not a stream.</summary>
    public ChatResponse? Response => response;
}
