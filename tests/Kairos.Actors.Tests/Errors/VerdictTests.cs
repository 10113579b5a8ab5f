namespace Kairos.Tests.Errors;

public class VerdictTests
{
    [Theory]
    [InlineData(ErrorCode.LlmError, Verdict.Count, Verdict.Count)]
    [InlineData(ErrorCode.Timeout, Verdict.Count, Verdict.Count)]
    [InlineData(ErrorCode.ToolFailure, Verdict.Count, Verdict.Count)]
    [InlineData(ErrorCode.MemoryError, Verdict.Count, Verdict.Count)]
    [InlineData(ErrorCode.InternalError, Verdict.Count, Verdict.Count)]
    [InlineData(ErrorCode.Unauthorized, Verdict.Count, Verdict.Count)]
    [InlineData(ErrorCode.RateLimit, Verdict.Count, Verdict.Gate)]
    [InlineData(ErrorCode.NotFound, Verdict.Ignore, Verdict.Ignore)]
    [InlineData(ErrorCode.InvalidInput, Verdict.Ignore, Verdict.Ignore)]
    public void An_error_that_names_none_has_its_codes(ErrorCode code, Verdict without, Verdict withRetryAfter)
    {
        var error = new KairosError(code, "");
        Assert.Equal(without, error.Verdict);
        Assert.Equal(withRetryAfter, (error with { RetryAfter = TimeSpan.FromSeconds(3) }).Verdict);
    }
}
