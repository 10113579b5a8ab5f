using Kairos.Classification;

namespace Kairos;

/// <summary>
/// The one description of an answer that failed, into which HTTP, SDKs, streams, gRPC and MCP are translated: as much of what the callee
/// answered as decides what it means. Immutable; as thread-safe as its look-up.
/// </summary>
public sealed record ResponseFacts
{
    /// <summary>The HTTP status. 0: there was no answer, the transport failed. 200: the failure was told within the answer, as an
    /// error event in a stream is.</summary>
    public required int Status { get; init; }

    /// <summary>The provider's own code, for example <c>insufficient_quota</c>. Never its message.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>All that the answer says in codes, types, reasons of details and statuses, as words or numbers, the narrowest first. Default:
    /// <see cref="ErrorCode"/> alone.</summary>
    public IReadOnlyList<string> Reasons { get; init; } = [];

    /// <summary>How long the body asks to wait, for example by <c>retryDelay</c>; null where it says nothing. A header that says it comes
    /// first.</summary>
    public TimeSpan? Wait { get; init; }

    /// <summary>Looks up a header of the answer; case does not matter, null if it is not there. Several of one name are joined by
    /// commas.</summary>
    public Func<string, string?>? Header { get; init; }

    /// <summary>The host that answered, with its port, where that is known.</summary>
    public string? Host { get; init; }

    /// <summary>Whether that was another host than the component's, such as the one that gives out its credentials: what it refuses is the
    /// component's authorization, never its input. Default: false.</summary>
    public bool IsOfOther { get; init; }

    /// <summary>Who answers. Default: the component, as its name says.</summary>
    internal Answerer From { get; init; }

    /// <summary>Whether the body was longer than its limit, so that the end of it is not known.</summary>
    internal bool IsCut { get; init; }

    /// <summary>The provider's code for people: a word where there is one.</summary>
    internal string? Code => ErrorCode ?? ErrorBody.CodeAmong(Reasons);

    internal IEnumerable<string> Said => ErrorCode is null || Reasons.Contains(ErrorCode) ? Reasons : Reasons.Prepend(ErrorCode);

    /// <summary>Describes an answer by its status, its body and its headers. Never throws: a body that is no JSON says nothing.</summary>
    /// <param name="status">The status.</param>
    /// <param name="body">The body, of which 32 KB at most are looked at; empty where it is not known.</param>
    /// <param name="header">Looks up a header.</param>
    public static ResponseFacts Of(int status, ReadOnlyMemory<byte> body, Func<string, string?>? header = null) =>
        ErrorBody.Describe(status, body, header);

    /// <summary>
    /// Reads the provider's code out of the body of an answer that failed: a reason of <c>error.details</c>, <c>error.code</c>,
    /// <c>error.type</c>, <c>error.status</c>, <c>error</c> or <c>code</c>, the one that tells of a used-up quota before the others. Null
    /// where there is none, or the body is not JSON. Never throws.
    /// </summary>
    public static string? ReadErrorCode(ReadOnlyMemory<byte> body) => ErrorBody.Describe(0, body, null).Code;
}

/// <summary>Reads how long a callee asks to wait. Thread-safe.</summary>
public static class RetryAfter
{
    /// <summary>
    /// The longest wait named by <c>retry-after-ms</c>, <c>x-ms-retry-after-ms</c>, <c>grpc-retry-pushback-ms</c> (milliseconds) or
    /// <c>Retry-After</c> (seconds, which may have a fraction, or an HTTP date: RFC 9110 §10.2.3), each of which may be a list. A date is
    /// compared with the answer's own <c>Date</c>, where it has one. At most <see cref="KairosError.MaxRetryAfter"/>; null where there is
    /// none, or only such as ask for nothing: zero, a date that has passed, what is negative or cannot be read.
    /// </summary>
    /// <param name="header">Looks up a header by name; case does not matter. Several of one name are joined by commas.</param>
    /// <param name="time">The clock that a date is compared with where the answer has no <c>Date</c>.</param>
    public static TimeSpan? Parse(Func<string, string?> header, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(header);
        ArgumentNullException.ThrowIfNull(time);
        return Waits.ByHeader(header, time);
    }
}
