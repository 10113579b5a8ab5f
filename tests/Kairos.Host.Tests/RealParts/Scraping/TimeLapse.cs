using System.Globalization;
using System.Text.RegularExpressions;

namespace Kairos.Host.Tests.RealParts.Scraping;

/// <summary>
/// Shows a minute in a second: the durations of rules and expressions are divided by sixty, and hosts run with <c>--speed 60</c>, so that
/// an alert that takes five minutes fires in five seconds and for the same reasons. Numbers in names and in texts stay.
/// </summary>
internal static partial class TimeLapse
{
    public const int Speed = 60;

    /// <summary>A rule file or an expression, with its ranges, offsets and waiting times shortened.</summary>
    public static string Of(string rules) => Durations().Replace(rules, duration => Shorten(duration.Groups["number"].Value, duration.Groups["unit"].Value));

    private static string Shorten(string number, string unit)
    {
        var milliseconds = long.Parse(number, CultureInfo.InvariantCulture) * MillisecondsOf(unit) / Speed;
        return milliseconds % 1000 == 0 ? $"{milliseconds / 1000}s" : $"{milliseconds}ms";
    }

    private static long MillisecondsOf(string unit) => unit switch
    {
        "s" => 1000,
        "m" => 60_000,
        "h" => 3_600_000,
        _ => 86_400_000,
    };

    [GeneratedRegex(@"(?<=\[|\boffset\s+|^\s*for:\s*)(?<number>\d+)(?<unit>[smhd])\b", RegexOptions.Multiline)]
    private static partial Regex Durations();
}
