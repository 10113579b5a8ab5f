using System.Buffers;
using System.Globalization;

namespace Kairos.Configuration;

/// <summary>
/// Durations as the configuration writes them: a number and its unit. A number without a unit is refused, because nobody can tell
/// milliseconds from seconds by looking.
/// </summary>
internal static class Durations
{
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789.");

    private static readonly (string Unit, double Milliseconds)[] Units =
    [
        ("milliseconds", 1), ("millisecond", 1), ("millis", 1), ("milli", 1), ("ms", 1),
        ("seconds", 1000), ("second", 1000), ("s", 1000),
        ("minutes", 60_000), ("minute", 60_000), ("m", 60_000),
        ("hours", 3_600_000), ("hour", 3_600_000), ("h", 3_600_000),
        ("days", 86_400_000), ("day", 86_400_000), ("d", 86_400_000),
    ];

    /// <summary>Reads a duration; <c>infinite</c> is <see cref="Timeout.InfiniteTimeSpan"/>. Nothing negative, nothing above 10,000 days.</summary>
    public static bool TryRead(string text, out TimeSpan value)
    {
        value = Timeout.InfiniteTimeSpan;
        if (text == "infinite") return true;

        value = default;
        var digits = text.AsSpan().IndexOfAnyExcept(Digits);
        if (digits <= 0 || !double.TryParse(text.AsSpan(0, digits), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            return false;

        var unit = text.AsSpan(digits).Trim().ToString();
        var factor = Array.Find(Units, candidate => candidate.Unit == unit).Milliseconds;
        if (factor == 0 || number * factor > TimeSpan.FromDays(10_000).TotalMilliseconds) return false;
        value = TimeSpan.FromMilliseconds(number * factor);
        return true;
    }

    /// <summary>The shortest text that reads back as the same duration.</summary>
    public static string Write(TimeSpan value)
    {
        if (value == Timeout.InfiniteTimeSpan) return "infinite";
        var milliseconds = value.TotalMilliseconds;
        var (unit, factor) = milliseconds switch
        {
            0 => ("s", 1000.0),
            _ when milliseconds % 86_400_000 == 0 => ("d", 86_400_000.0),
            _ when milliseconds % 3_600_000 == 0 => ("h", 3_600_000.0),
            _ when milliseconds % 60_000 == 0 && milliseconds > 60_000 => ("m", 60_000.0),
            _ when milliseconds % 1000 == 0 => ("s", 1000.0),
            _ => ("ms", 1.0),
        };
        return (milliseconds / factor).ToString("0.####", CultureInfo.InvariantCulture) + unit;
    }
}
