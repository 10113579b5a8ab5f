using Kairos.Classification;
using Kairos.Errors;
using Kairos.Extensions.AI;
using Microsoft.Extensions.AI;

namespace Kairos;

/// <summary>
/// A guarded model failed: the one exception that an agent catches for it, whichever SDK threw. Its inner exception is the SDK's own; where the
/// answer arrived in good order and is a failure all the same (it holds an error, or its stream ended without a finish reason), that says what
/// is wrong with it. What a refusal or the token limit ends is no failure. Immutable.
/// </summary>
/// <remarks>Not turned into it are a call that was not made (<see cref="CallRejectedException"/>), a caller who cancelled, and faults of the
/// program itself, such as an <see cref="ArgumentException"/>.</remarks>
public sealed class ModelFailedException : KairosException
{
    private ModelFailedException(KairosError error, string component, Exception exception) : base(error with { Cause = exception })
    {
        Component = component;
        Response = (exception as AnswerFailedException)?.Response;
    }

    /// <summary>The text for people, without what looks like a secret.</summary>
    public override string Message => $"{Component} failed with {Error.Code.ToWireName()}: {Redaction.Of(Error.Message)}";

    /// <summary>The component that failed, for example <c>llm/backup</c>.</summary>
    public string Component { get; }

    /// <summary>What went wrong.</summary>
    public ErrorCode Code => Error.Code;

    /// <summary>The provider's code, for example <c>server_error</c>; null where there is none.</summary>
    public string? ErrorCode => Error.Context.GetValueOrDefault(ErrorDetails.ProviderCode) as string;

    /// <summary>The HTTP status of the answer, which may be 200; null where there was no answer.</summary>
    public int? Status => Error.Context.GetValueOrDefault(ErrorDetails.Status) as int?;

    /// <summary>How long the provider asked to wait; null where it did not.</summary>
    public TimeSpan? RetryAfter => Error.RetryAfter;

    /// <summary>The whole answer, where there was one and it was not a stream.</summary>
    public ChatResponse? Response { get; }

    /// <summary>What an agent is told of an exception of a guarded model; the exception itself where that is not the model's failure.</summary>
    internal static Exception Of(Exception exception, KairosError? error, ComponentGuard guard, CancellationToken cancellationToken)
    {
        if (exception is CallRejectedException or ModelFailedException) return exception;
        if (exception is OperationCanceledException && cancellationToken.IsCancellationRequested) return exception;
        error ??= JudgedErrors.Of(exception) ?? guard.Classifier.Classify(exception, new ClassificationContext(guard.Component));
        var isBug = error is { Code: Kairos.ErrorCode.InternalError, Verdict: Verdict.Ignore, Recoverable: false };
        return isBug ? exception : new ModelFailedException(error, guard.Component, exception);
    }
}
