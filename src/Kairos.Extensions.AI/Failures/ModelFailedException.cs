using Microsoft.Extensions.AI;

namespace Kairos.Extensions.AI;

/// <summary>
/// A model's answer that arrived in good order and is a failure all the same: it holds an error, or its stream ended without a finish
/// reason. What a refusal or the token limit ends is no such thing.
/// </summary>
public sealed class ModelFailedException : Exception
{
    internal ModelFailedException(string message, string? errorCode = null, ChatResponse? response = null)
        : base(message) => (ErrorCode, Response) = (errorCode, response);

    /// <summary>The provider's code, for example <c>server_error</c>; null where there is none.</summary>
    public string? ErrorCode { get; }

    /// <summary>The whole answer, where it was not a stream.</summary>
    public ChatResponse? Response { get; }
}
