using System.Globalization;
using System.Net.Http.Headers;

namespace Kairos.Errors;

/// <summary>Reads how long a callee asks to wait. Thread-safe.</summary>
public static class RetryAfter
{
    private const NumberStyles Number = NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite;

    /// <summary>
    /// The wait named by <c>retry-after-ms</c>, <c>x-ms-retry-after-ms</c> (milliseconds) or <c>Retry-After</c> (seconds, which may have a
    /// fraction, or an HTTP date: RFC 9110 §10.2.3), the first that can be read. At most <see cref="KairosError.MaxRetryAfter"/>; zero for
    /// a date that has passed; null where there is none, or only negative or unreadable ones.
    /// </summary>
    /// <param name="header">Looks up a header by name; case does not matter.</param>
    /// <param name="time">The clock that a date is compared with.</param>
    public static TimeSpan? Parse(Func<string, string?> header, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(header);
        ArgumentNullException.ThrowIfNull(time);
        return ParseNumber(header("retry-after-ms"), TimeSpan.TicksPerMillisecond)
            ?? ParseNumber(header("x-ms-retry-after-ms"), TimeSpan.TicksPerMillisecond)
            ?? ParseStandard(header("retry-after"), time);
    }

    private static TimeSpan? ParseStandard(string? value, TimeProvider time) =>
        ParseNumber(value, TimeSpan.TicksPerSecond) ?? ParseDate(value, time);

    /// <summary>A number of units. One too large for a double is a long wait; words that .NET reads as numbers ("NaN") are none.</summary>
    private static TimeSpan? ParseNumber(string? value, long ticksPerUnit)
    {
        if (!value.AsSpan().ContainsAnyInRange('0', '9')) return null;
        if (!double.TryParse(value, Number, CultureInfo.InvariantCulture, out var units)) return null;
        return units * ticksPerUnit < KairosError.MaxRetryAfter.Ticks
            ? TimeSpan.FromTicks((long)(units * ticksPerUnit))
            : KairosError.MaxRetryAfter;
    }

    private static TimeSpan? ParseDate(string? value, TimeProvider time)
    {
        if (!RetryConditionHeaderValue.TryParse(value, out var condition) || condition.Date is not { } date) return null;
        var wait = date - time.GetUtcNow();
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait < KairosError.MaxRetryAfter ? wait : KairosError.MaxRetryAfter;
    }
}
