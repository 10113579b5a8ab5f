using Kairos.Errors;
using Polly;
using Polly.Timeout;

namespace Kairos.Extensions.Polly;

/// <summary>What the rejections of Polly's own strategies mean to a component.</summary>
internal static class PollyErrors
{
    /// <summary>A classifier that knows them, and that is told whether a call may be repeated by the options instead of by the guard, which
    /// must believe that it may not: repeating is the pipeline's.</summary>
    public static ErrorClassifier ForPipelines(this ErrorClassifier classifier, bool isIdempotent) => ErrorClassifier.Default.WithRule(
        (exception, in context) => Of(exception) ?? classifier.Classify(exception, context with { IsIdempotent = isIdempotent }));

    private static KairosError? Of(Exception exception) => exception switch
    {
        TimeoutRejectedException => new KairosError(ErrorCode.Timeout, exception.Message) { Recoverable = true, Cause = exception },
        // A breaker or limiter further in: the component was not called, so it has done nothing wrong.
        ExecutionRejectedException => new KairosError(ErrorCode.InternalError, exception.Message)
        {
            Recoverable = true,
            Verdict = Verdict.Ignore,
            Cause = exception,
        },
        _ => null,
    };
}
