namespace Kairos.Errors;

/// <summary>What a callee answered, as far as that decides what a failure means. Immutable; as thread-safe as its look-up.</summary>
public sealed record ResponseFacts
{
    /// <summary>The HTTP status. 0: there was no answer, the transport failed. 200: the failure was told within the answer, as an
    /// error event in a stream is.</summary>
    public required int Status { get; init; }

    /// <summary>The provider's own code, for example <c>insufficient_quota</c>. Never its message.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>Looks up a header of the answer; case does not matter, null if it is not there.</summary>
    public Func<string, string?>? Header { get; init; }

    /// <summary>
    /// Reads the provider's code out of the body of an answer that failed: <c>error.details.error_code</c>, <c>error.code</c>,
    /// <c>error.type</c>, <c>error.status</c>, <c>error</c> or <c>code</c>, the one that tells of a used-up quota before the others. Null
    /// where there is none, or the body is not JSON. Never throws.
    /// </summary>
    public static string? ReadErrorCode(ReadOnlyMemory<byte> body) => ErrorBody.ReadCode(body);
}
