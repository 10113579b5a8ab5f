using Microsoft.Extensions.AI;

namespace Kairos.Extensions.AI;

/// <summary>Scores a stream by all of its updates.</summary>
internal sealed class StreamScore(bool requiresFinishReason)
{
    private bool _hasError;
    private bool _hasEnded;
    private string? _errorCode;

    /// <summary>What is wrong with the stream, once it has ended; null where nothing is.</summary>
    public ModelFailedException? Failure =>
        _hasError ? new ModelFailedException(AnswerScore.Describe(_errorCode), _errorCode)
        : _hasEnded || !requiresFinishReason ? null
        : new ModelFailedException("The stream ended without a finish reason.");

    public void See(ChatResponseUpdate update)
    {
        var raw = RawAnswer.KindOf(update.RawRepresentation);
        _hasEnded |= update.FinishReason is not null || raw == RawAnswer.RawKind.Incomplete;
        if (AnswerScore.ErrorIn(update.Contents) is { } error) Fail(error.ErrorCode);
        if (raw == RawAnswer.RawKind.Failed) Fail(RawAnswer.FailedCodeOf(update.RawRepresentation!));
    }

    private void Fail(string? errorCode)
    {
        _hasError = true;
        _errorCode ??= errorCode;
    }
}
