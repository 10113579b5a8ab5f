using Kairos.Classification;

namespace Kairos;

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
