using Kairos.CircuitBreaker;

namespace Kairos.Tests.Classification;

/// <summary>Each status and code, without a server.</summary>
public sealed class StatusTests
{
    [Theory]
    [InlineData(ErrorCode.InvalidInput, false, Verdict.Ignore, 400, 405, 406, 411, 413, 414, 415, 422, 431, 451, 499)]
    [InlineData(ErrorCode.Unauthorized, false, Verdict.Trip, 401, 403, 407)]
    [InlineData(ErrorCode.RateLimit, false, Verdict.Trip, 402)]
    [InlineData(ErrorCode.NotFound, false, Verdict.Trip, 404, 410)]
    [InlineData(ErrorCode.Timeout, true, Verdict.Count, 408, 504, 522, 524)]
    [InlineData(ErrorCode.RateLimit, true, Verdict.Count, 429)]
    [InlineData(ErrorCode.LlmError, true, Verdict.Count, 409, 423, 425, 500, 502, 503, 507, 520, 529, 599, 200, 204)]
    [InlineData(ErrorCode.LlmError, false, Verdict.Count, 301, 302, 304, 501, 505)]
    public void Means_one_thing(ErrorCode code, bool recoverable, Verdict verdict, params int[] statuses)
    {
        foreach (var status in statuses)
        {
            var error = Classify(status, null);
            Assert.True((error.Code, error.Recoverable, error.Verdict) == (code, recoverable, verdict), $"{status} became {error}");
        }
    }

    [Theory]
    [InlineData("insufficient_quota")]
    [InlineData("credit_balance_exhausted")]
    [InlineData("organization_usage_limit_exceeded")]
    [InlineData("organization_spend_limit_exceeded")]
    [InlineData("project_spend_limit_exceeded")]
    [InlineData("billing_hard_limit_reached")]
    [InlineData("billing_not_active")]
    [InlineData("enforced_spend_limit_reached")]
    [InlineData("billing_error")]
    [InlineData("exceeded_current_quota_error")]
    [InlineData("insufficient_balance")]
    [InlineData("arrearage")]
    public void A_used_up_quota_trips_whatever_the_status(string code)
    {
        foreach (var status in new[] { 0, 200, 400, 403, 429, 503 })
        {
            var error = Classify(status, code);
            Assert.Equal((ErrorCode.RateLimit, false, Verdict.Trip), (error.Code, error.Recoverable, error.Verdict));
            Assert.Equal(TransitionReason.Quota, OpenTransitions.ReasonOfTrip(error.Code));
        }
    }

    [Theory]
    [InlineData("invalid_request_error", ErrorCode.InvalidInput)]
    [InlineData("context_length_exceeded", ErrorCode.InvalidInput)]
    [InlineData("content_filter", ErrorCode.InvalidInput)]
    [InlineData("content_policy_violation", ErrorCode.InvalidInput)]
    [InlineData("request_too_large", ErrorCode.InvalidInput)]
    [InlineData("authentication_error", ErrorCode.Unauthorized)]
    [InlineData("invalid_api_key", ErrorCode.Unauthorized)]
    [InlineData("permission_error", ErrorCode.Unauthorized)]
    [InlineData("not_found_error", ErrorCode.NotFound)]
    [InlineData("model_not_found", ErrorCode.NotFound)]
    [InlineData("rate_limit_error", ErrorCode.RateLimit)]
    [InlineData("rate_limit_exceeded", ErrorCode.RateLimit)]
    [InlineData("timeout_error", ErrorCode.Timeout)]
    [InlineData("api_error", ErrorCode.LlmError)]
    [InlineData("server_error", ErrorCode.LlmError)]
    [InlineData("overloaded_error", ErrorCode.LlmError)]
    public void Of_a_stream_that_began_well_the_code_tells_and_a_status_that_failed_stands(string code, ErrorCode expected)
    {
        Assert.Equal(expected, Classify(200, code).Code);
        Assert.Equal(expected, Classify(0, code).Code);
        Assert.Equal(ErrorCode.LlmError, Classify(500, code).Code);
    }

    [Fact]
    public void A_retry_after_is_kept_on_what_is_no_rate_limit()
    {
        var error = Classify(500, null, name => name == "retry-after" ? "7" : null);
        Assert.Equal((ErrorCode.LlmError, Verdict.Count, TimeSpan.FromSeconds(7)), (error.Code, error.Verdict, error.RetryAfter));
    }

    [Fact]
    public void A_code_without_end_is_cut() =>
        Assert.Equal(new string('x', 64), Classify(400, new string('x', 1000)).Context["provider.error_code"]);

    private static KairosError Classify(int status, string? code, Func<string, string?>? header = null) => ErrorClassifier.Default.Classify(
        new HttpFailureException(new ResponseFacts { Status = status, ErrorCode = code, Header = header }), TableCase.On("llm"));
}
