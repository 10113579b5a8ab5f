namespace Kairos.Calls;

/// <summary>Arithmetic of limits, among which <see cref="Timeout.InfiniteTimeSpan"/> is the longest.</summary>
internal static class Limits
{
    public static TimeSpan Shorter(TimeSpan a, TimeSpan b) =>
        a == Timeout.InfiniteTimeSpan ? b
        : b == Timeout.InfiniteTimeSpan || a < b ? a
        : b;

    /// <summary>What is left of a limit; infinite stays infinite, and nothing is less than zero.</summary>
    public static TimeSpan Left(TimeSpan limit, TimeSpan elapsed) =>
        limit == Timeout.InfiniteTimeSpan ? limit
        : limit > elapsed ? limit - elapsed
        : TimeSpan.Zero;
}
