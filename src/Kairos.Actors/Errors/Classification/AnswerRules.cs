namespace Kairos.Errors;

/// <summary>What an answer means, by its status and the provider's code.</summary>
internal static class AnswerRules
{
    private const int PaymentRequired = 402;

    /// <summary>The error, or null where there was no answer.</summary>
    public static KairosError? Classify(ResponseFacts facts, Exception cause, in ClassificationContext context)
    {
        var status = ProviderCodes.IsQuota(facts.ErrorCode) ? PaymentRequired
            : facts.Status >= 400 ? facts.Status
            : ProviderCodes.StatusOf(facts.ErrorCode) ?? facts.Status;
        if (status <= 0) return null;

        var retryAfter = ReadRetryAfter(facts, context);
        var error = ByStatus(status, retryAfter is not null, cause, context);
        return error with { RetryAfter = retryAfter, Context = error.Context.AddRange(Details(facts)) };
    }

    /// <summary>
    /// | status | code | recoverable | verdict |
    /// | 402, codes of used-up quotas | rate_limit | no | trip |
    /// | 429; 503 and 529 with a retry-after | rate_limit | yes | gate with a retry-after, else count |
    /// | 408, 504, Cloudflare's 522 and 524 | timeout | yes | count |
    /// | 401, 403, 407 | unauthorized | no | trip |
    /// | 404, 410 | not_found | no | trip; for memory and tools, where it is the thing asked for that is missing, ignore |
    /// | 409, 423, 425: the callee's state, not the request | the component's own | yes | count |
    /// | other 4xx | invalid_input | no | ignore |
    /// | 501, 505, redirects that were not followed | the component's own | no | count |
    /// | other 5xx; 2xx, whose content must be bad then | the component's own | yes | count |
    /// </summary>
    private static KairosError ByStatus(int status, bool hasRetryAfter, Exception cause, in ClassificationContext context) => status switch
    {
        PaymentRequired => Tripped(ErrorCode.RateLimit, cause),
        429 => OwnErrors.Error(ErrorCode.RateLimit, cause, recoverable: true),
        503 or 529 when hasRetryAfter => OwnErrors.Error(ErrorCode.RateLimit, cause, recoverable: true),
        408 or 504 or 522 or 524 => OwnErrors.Timeout(cause),
        401 or 403 or 407 => Tripped(ErrorCode.Unauthorized, cause),
        404 or 410 when OwnErrors.IsOneThing(context) => Tripped(ErrorCode.NotFound, cause),
        404 or 410 => OwnErrors.Error(ErrorCode.NotFound, cause, recoverable: false),
        409 or 423 or 425 => OwnErrors.Own(cause, context, transient: true),
        >= 400 and < 500 => OwnErrors.Error(ErrorCode.InvalidInput, cause, recoverable: false),
        501 or 505 or (>= 300 and < 400) => OwnErrors.Own(cause, context, transient: false),
        _ => OwnErrors.Own(cause, context, transient: true),
    };

    private static KairosError Tripped(ErrorCode code, Exception cause) =>
        OwnErrors.Error(code, cause, recoverable: false) with { Verdict = Verdict.Trip };

    private static TimeSpan? ReadRetryAfter(ResponseFacts facts, in ClassificationContext context)
    {
        try
        {
            return facts.Header is { } header ? RetryAfter.Parse(header, context.Time) : null;
        }
        catch (Exception)
        {
            // The look-up is an adapter's code: what it cannot read is not there.
            return null;
        }
    }

    private static IEnumerable<KeyValuePair<string, object?>> Details(ResponseFacts facts)
    {
        yield return new("http.response.status_code", facts.Status);
        if (facts.ErrorCode is { } code) yield return new("provider.error_code", code.Length <= 64 ? code : code[..64]);
    }
}
