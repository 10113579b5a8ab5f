using Microsoft.Extensions.AI;

namespace Kairos.Extensions.AI;

/// <summary>Scores a stream by all of its updates.</summary>
internal sealed class StreamScore(ModelGuard guard, ChatCall call)
{
    private readonly CallBudget? _budget = call.Usage is null ? null : CallBudget.Current;
    private bool _hasEnded;
    private bool _isStop;
    private bool _hasAnswer;
    private ResponseFacts? _failure;

    /// <summary>How much of the answer has come, in characters.</summary>
    public long Letters { get; private set; }

    /// <summary>Whether the stream ended in good order and there is nothing in it but reasoning.</summary>
    public bool IsEmpty => _isStop && !_hasAnswer;

    /// <summary>What is wrong with the stream, once it has ended; null where nothing is.</summary>
    /// <param name="seen">What was seen of it on its way in.</param>
    public Exception? FailureOf(ResponseFacts? seen) =>
        (seen ?? _failure) is { } failure ? new AnswerFailedException(failure)
        : _hasEnded || !guard.Options.RequiresFinishReason ? null
        : new EndOfStreamException("The stream ended without a finish reason.");

    /// <summary>Takes an update.</summary>
    /// <exception cref="KairosException">There is more of the answer than may come in.</exception>
    /// <exception cref="CallRejectedException">There is more of it than the turn's budget has left, and the budget ends answers.</exception>
    public void See(ChatResponseUpdate update)
    {
        var raw = RawAnswer.KindOf(update.RawRepresentation);
        _hasEnded |= update.FinishReason is not null || raw == RawAnswer.RawKind.Incomplete;
        _isStop |= update.FinishReason == ChatFinishReason.Stop;
        _hasAnswer = _hasAnswer || ResponseInspector.HasAnswer(update.Contents);
        if (ResponseInspector.ErrorIn(update.Contents) is { } error) _failure ??= ResponseInspector.FactsOf(error.ErrorCode);
        if (raw == RawAnswer.RawKind.Failed) _failure ??= ResponseInspector.FactsOf(RawAnswer.FailedCodeOf(update.RawRepresentation!));
        Letters += ResponseInspector.LengthOf(update.Contents);
        if (Letters > guard.Options.MaxAnswerBytes)
            throw WitnessedAnswer.TooMuch(guard.Component, "The answer", guard.Options.MaxAnswerBytes, nameof(ModelGuardOptions.MaxAnswerBytes));
        if (call.Usage is not null) TakeUsage(update);
        if (_budget?.EndsAnswerAt(TokenEstimate.OfLength(Letters)) == true) throw CallBudget.Exceeded(guard.Component);
    }

    private void TakeUsage(ChatResponseUpdate update)
    {
        ModelUsage.Take(call.Usage, null, update.ModelId);
        for (var at = 0; at < update.Contents.Count; at++)
        {
            if (update.Contents[at] is UsageContent told) ModelUsage.Take(call.Usage, told.Details, update.ModelId);
        }
    }
}
