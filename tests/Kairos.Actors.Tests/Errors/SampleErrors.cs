namespace Kairos.Tests.Errors;

/// <summary>Errors as tests need them: by what they mean for a breaker. Retry-afters are in seconds.</summary>
internal static class SampleErrors
{
    public static KairosError Counted(double? retryAfter = null) => Make(ErrorCode.LlmError, Verdict.Count, retryAfter);

    public static KairosError Tripping(ErrorCode code = ErrorCode.LlmError, double? retryAfter = null) =>
        Make(code, Verdict.Trip, retryAfter);

    public static KairosError Gating(double? retryAfter) => Make(ErrorCode.RateLimit, Verdict.Gate, retryAfter);

    public static KairosError Ignored(double? retryAfter = null) => Make(ErrorCode.InvalidInput, Verdict.Ignore, retryAfter);

    public static KairosError Make(ErrorCode code, Verdict verdict, double? retryAfter = null) => new(code, "sample")
    {
        Verdict = verdict,
        RetryAfter = retryAfter is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
    };
}
