using System.Collections.Frozen;

namespace Kairos.Errors;

/// <summary>
/// The codes of model providers that say more than the status does, or stand in for it. Compared without case.
/// Sources: developers.openai.com/api/docs/guides/error-codes, platform.claude.com/docs/en/api/errors and …/api/rate-limits,
/// platform.moonshot.ai, help.aliyun.com (Model Studio).
/// </summary>
internal static class ProviderCodes
{
    /// <summary>The money is gone or the account is not in good standing: waiting for seconds does not help, whatever the status.</summary>
    private static readonly FrozenSet<string> Quota = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "insufficient_quota",
        "credit_balance_exhausted",
        "organization_usage_limit_exceeded",
        "organization_spend_limit_exceeded",
        "project_spend_limit_exceeded",
        "billing_hard_limit_reached",
        "billing_not_active",
        "enforced_spend_limit_reached",
        "billing_error",
        "exceeded_current_quota_error",
        "insufficient_balance",
        "Arrearage");

    /// <summary>The statuses that the codes of error events stand for: once a stream has begun with 200, only the code can tell.</summary>
    private static readonly FrozenDictionary<string, int> Statuses = new Dictionary<string, int>
    {
        ["invalid_request_error"] = 400,
        ["context_length_exceeded"] = 400,
        ["content_filter"] = 400,
        ["content_policy_violation"] = 400,
        ["authentication_error"] = 401,
        ["invalid_api_key"] = 401,
        ["permission_error"] = 403,
        ["not_found_error"] = 404,
        ["model_not_found"] = 404,
        ["request_too_large"] = 413,
        ["rate_limit_error"] = 429,
        ["rate_limit_exceeded"] = 429,
        ["api_error"] = 500,
        ["server_error"] = 500,
        ["timeout_error"] = 504,
        ["overloaded_error"] = 529,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    public static bool IsQuota(string? code) => code is not null && Quota.Contains(code);

    public static int? StatusOf(string? code) => code is not null && Statuses.TryGetValue(code, out var status) ? status : null;
}
