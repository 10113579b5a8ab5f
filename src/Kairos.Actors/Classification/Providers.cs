using System.Collections.Frozen;

namespace Kairos.Classification;

/// <summary>The words of one provider, or of several that speak alike.</summary>
/// <param name="Name">Who.</param>
/// <param name="Tells">Where it tells what went wrong, and how long to wait, beside the status and the standard headers.</param>
/// <param name="Words">What it says: codes, types and reasons, compared without case.</param>
internal sealed record ProviderRow(string Name, string Tells, params (Meaning Meaning, string[] Words)[] Words);

/// <summary>
/// The words that say more than the status does, or stand in for it, by provider; a word means the same whoever says it. A new word is written here
/// and into docs/providers.md; a new place in a body into <see cref="ErrorBody"/>, a new wait into <see cref="Waits"/>, a status of its own into
/// <see cref="Meanings"/>. Sources:
/// developers.openai.com/api/docs/guides/error-codes, platform.claude.com/docs/en/api/errors, ai.google.dev/gemini-api/docs/troubleshooting,
/// cloud.google.com/apis/design/errors, docs.mistral.ai, api-docs.deepseek.com, console.groq.com/docs/errors, openrouter.ai/docs (errors),
/// docs.aws.amazon.com/bedrock (Converse, ConverseStream), learn.microsoft.com (Azure OpenAI), platform.moonshot.ai, help.aliyun.com, grpc.io.
/// </summary>
internal static class Providers
{
    /// <summary>The member of an error that quotes what was flagged.</summary>
    public const string Flagged = "flagged_input";

    public static IReadOnlyList<ProviderRow> All { get; } =
    [
        new("OpenAI and compatible servers", "`error.code`, `error.type`; `x-ratelimit-reset-*`",
            (Meaning.Quota, ["insufficient_quota", "credit_balance_exhausted", "organization_usage_limit_exceeded", "organization_spend_limit_exceeded",
                "project_spend_limit_exceeded", "billing_hard_limit_reached", "billing_not_active"]),
            (Meaning.RateLimit, ["rate_limit_exceeded", "too_many_requests"]),
            (Meaning.Overloaded, ["slow_down", "engine_overloaded"]),
            (Meaning.Unauthorized, ["invalid_api_key", "account_deactivated", "unsupported_country_region_territory"]),
            (Meaning.NotFound, ["model_not_found"]),
            (Meaning.InvalidInput, ["invalid_request_error", "context_length_exceeded", "string_above_max_length", "invalid_prompt"]),
            (Meaning.Moderated, ["content_filter", "content_policy_violation"]),
            (Meaning.Failing, ["server_error", "internal_error"])),
        new("OpenRouter", "`error.code`, the status as a number; `error.metadata.headers`; `error.metadata.flagged_input`, by its name",
            (Meaning.Overloaded, ["provider_overloaded", "provider_unavailable"]), (Meaning.Moderated, [Flagged])),
        new("vLLM", "`type` and `code` at the root or in `error`",
            (Meaning.InvalidInput, ["BadRequestError"]), (Meaning.NotFound, ["NotFoundError"]), (Meaning.Unauthorized, ["AuthenticationError", "PermissionDeniedError"]),
            (Meaning.RateLimit, ["RateLimitError"]), (Meaning.Failing, ["InternalServerError"]), (Meaning.Overloaded, ["ServiceUnavailableError"])),
        new("llama.cpp", "`error.type`, the status as a number in `error.code`",
            (Meaning.Overloaded, ["unavailable_error"]), (Meaning.Unsupported, ["not_supported_error"]), (Meaning.InvalidInput, ["exceed_context_size_error"])),
        new("LM Studio", "`error`, a text: only the status tells"),
        new("Text Generation Inference", "`error_type`",
            (Meaning.Overloaded, ["overloaded"]), (Meaning.InvalidInput, ["validation"]), (Meaning.Failing, ["generation", "incomplete_generation"])),
        new("Azure", "`error.code`, also the status as a text; `retry-after-ms`, `x-ms-retry-after-ms`",
            (Meaning.NotFound, ["DeploymentNotFound"]), (Meaning.Overloaded, ["NoCapacity"]), (Meaning.Unauthorized, ["AccessDenied", "Unauthorized"]),
            (Meaning.InvalidInput, ["OperationNotSupported"]), (Meaning.Moderated, ["ResponsibleAIPolicyViolation"]), (Meaning.Timeout, ["RequestTimeout"])),
        new("Anthropic", "`error.type`, `error.details.error_code`; `anthropic-ratelimit-*-reset`",
            (Meaning.Quota, ["billing_error", "enforced_spend_limit_reached"]), (Meaning.RateLimit, ["rate_limit_error"]),
            (Meaning.Overloaded, ["overloaded_error"]), (Meaning.Timeout, ["timeout_error"]), (Meaning.Unauthorized, ["authentication_error", "permission_error"]),
            (Meaning.NotFound, ["not_found_error"]), (Meaning.InvalidInput, ["request_too_large"]), (Meaning.Failing, ["api_error"])),
        new("Gemini", "`error.status`, `error.details[].reason`, also in an array; `error.details[].retryDelay`",
            (Meaning.Quota, ["BILLING_DISABLED"]),
            (Meaning.Unauthorized, ["API_KEY_INVALID", "API_KEY_EXPIRED", "API_KEY_SERVICE_BLOCKED", "ACCESS_TOKEN_EXPIRED", "ACCOUNT_STATE_INVALID",
                "CREDENTIALS_MISSING", "CONSUMER_INVALID", "CONSUMER_SUSPENDED", "SERVICE_DISABLED"])),
        new("gRPC, and Google's APIs", "the status, by its name; `grpc-retry-pushback-ms`",
            (Meaning.InvalidInput, ["INVALID_ARGUMENT", "FAILED_PRECONDITION", "OUT_OF_RANGE", "ALREADY_EXISTS"]), (Meaning.NotFound, ["NOT_FOUND"]),
            (Meaning.Failing, ["UNAVAILABLE", "INTERNAL", "UNKNOWN", "ABORTED", "DATA_LOSS"]), (Meaning.RateLimit, ["RESOURCE_EXHAUSTED"]),
            (Meaning.Timeout, ["DEADLINE_EXCEEDED", "CANCELLED"]), (Meaning.Unauthorized, ["UNAUTHENTICATED", "PERMISSION_DENIED"]),
            (Meaning.Unsupported, ["UNIMPLEMENTED"])),
        new("Mistral", "`type`, at the root",
            (Meaning.RateLimit, ["rate_limited"]), (Meaning.Overloaded, ["service_tier_capacity_exceeded"]), (Meaning.NotFound, ["invalid_model"]),
            (Meaning.Failing, ["unreachable_backend"])),
        new("DeepSeek, Moonshot, Alibaba", "the status; `error.type`, or `code` at the root",
            (Meaning.Quota, ["insufficient_balance", "exceeded_current_quota_error", "Arrearage"]), (Meaning.RateLimit, ["Throttling", "Throttling.RateQuota"])),
        new("Groq", "`error.code`; 498; `x-ratelimit-reset-*`",
            (Meaning.Overloaded, ["capacity_exceeded"]), (Meaning.NotFound, ["model_decommissioned"]), (Meaning.Unauthorized, ["organization_restricted"]),
            (Meaning.Failing, ["tool_use_failed", "json_validate_failed"])),
        new("Bedrock", "`x-amzn-errortype`, `__type`, the exception's own code or name",
            (Meaning.RateLimit, ["ThrottlingException", "TooManyRequestsException"]), (Meaning.Quota, ["ServiceQuotaExceededException"]),
            (Meaning.Overloaded, ["ServiceUnavailableException", "ModelNotReadyException"]), (Meaning.Timeout, ["ModelTimeoutException"]),
            (Meaning.Unauthorized, ["AccessDeniedException", "UnrecognizedClientException", "ExpiredTokenException", "InvalidSignatureException", "MissingAuthenticationTokenException"]),
            (Meaning.NotFound, ["ResourceNotFoundException"]), (Meaning.InvalidInput, ["ValidationException"]),
            (Meaning.Failing, ["InternalServerException", "ModelErrorException", "ModelStreamErrorException"])),
        new("Ollama", "`error`, a text: only the status tells"),
        new("MCP", "the code of its JSON-RPC error", (Meaning.NotFound, ["method_not_found"]), (Meaning.InvalidInput, ["invalid_params"])),
    ];

    private static readonly FrozenDictionary<string, Meaning> ByWord = All
        .SelectMany(provider => provider.Words).SelectMany(row => row.Words.Select(word => KeyValuePair.Create(word, row.Meaning)))
        .ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>What a word means, or a status that is written as one; null where nobody knows.</summary>
    public static Meaning? MeaningOf(string word) =>
        ByWord.TryGetValue(word, out var meaning) ? meaning
        : int.TryParse(word, out var status) && status is >= 400 and < 600 ? Meanings.OfStatus(status)
        : null;

    /// <summary>Whether a word tells that the money or the quota is used up.</summary>
    public static bool IsQuota(string word) => ByWord.TryGetValue(word, out var meaning) && meaning == Meaning.Quota;
}
