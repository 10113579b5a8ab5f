using Kairos.Errors;

namespace Kairos;

/// <summary>What went wrong, as one of nine codes. On the wire (metrics, journal) a code has its <see cref="ErrorCodeNames"/> name.</summary>
public enum ErrorCode
{
    /// <summary><c>llm_error</c>: the language model or its provider failed.</summary>
    LlmError,

    /// <summary><c>timeout</c>: no answer within the deadline, the callee's or our own.</summary>
    Timeout,

    /// <summary><c>rate_limit</c>: the callee asks for fewer calls, or the quota is used up.</summary>
    RateLimit,

    /// <summary><c>tool_failure</c>: a tool failed.</summary>
    ToolFailure,

    /// <summary><c>memory_error</c>: the memory or its storage failed.</summary>
    MemoryError,

    /// <summary><c>internal_error</c>: a fault of the application or of Kairos itself.</summary>
    InternalError,

    /// <summary><c>not_found</c>: what was asked for does not exist.</summary>
    NotFound,

    /// <summary><c>unauthorized</c>: credentials are missing, wrong or not sufficient.</summary>
    Unauthorized,

    /// <summary><c>invalid_input</c>: the request itself is wrong; the callee is fine.</summary>
    InvalidInput,
}

/// <summary>The wire names of <see cref="ErrorCode"/>. Thread-safe.</summary>
public static class ErrorCodeNames
{
    private static readonly WireNames<ErrorCode> Names = new(
        (ErrorCode.LlmError, "llm_error"),
        (ErrorCode.Timeout, "timeout"),
        (ErrorCode.RateLimit, "rate_limit"),
        (ErrorCode.ToolFailure, "tool_failure"),
        (ErrorCode.MemoryError, "memory_error"),
        (ErrorCode.InternalError, "internal_error"),
        (ErrorCode.NotFound, "not_found"),
        (ErrorCode.Unauthorized, "unauthorized"),
        (ErrorCode.InvalidInput, "invalid_input"));

    /// <summary>How many codes there are.</summary>
    public const int Count = 9;

    /// <summary>All wire names, in the order of the codes.</summary>
    public static IReadOnlyList<string> All => Names.All;

    /// <summary>The wire name, for example <c>rate_limit</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is none of the nine codes.</exception>
    public static string ToWireName(this ErrorCode code) => Names.NameOf(code);

    /// <summary>Reads a wire name; case matters.</summary>
    public static bool TryParse(string? name, out ErrorCode code) => Names.TryParse(name, out code);
}
