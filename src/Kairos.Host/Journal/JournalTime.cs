using System.Globalization;
using System.Text.RegularExpressions;
using Kairos.Configuration;

namespace Kairos.Host.Journal;

/// <summary>When an event happened: so long after the start, or at a point in time.</summary>
internal readonly partial record struct JournalTime(TimeSpan Offset, DateTimeOffset? Instant)
{
    public static JournalTime Parse(string text)
    {
        if (text.StartsWith('+'))
        {
            return Durations.TryRead(text[1..], out var offset) && offset != Timeout.InfiniteTimeSpan
                ? new JournalTime(offset, null)
                : throw Wrong(text);
        }

        return Rfc3339().IsMatch(text)
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var instant)
                ? new JournalTime(default, instant)
                : throw Wrong(text);
    }

    /// <summary>A moment as output writes it: seconds after the start, with up to three decimals.</summary>
    public static string Write(TimeSpan offset) =>
        string.Create(CultureInfo.InvariantCulture, $"+{Math.Round(offset.TotalSeconds, 3):0.###}s");

    /// <summary>What merely looks like a date, or leaves its offset open, is refused.</summary>
    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)\z", RegexOptions.ECMAScript)]
    private static partial Regex Rfc3339();

    private static JournalException Wrong(string text) => new(
        $"'at' is '{(text.Length <= 60 ? text : text[..60] + "…")}'; "
        + "allowed is an offset from the start like \"+1.5s\", or a time by RFC 3339 like \"2026-01-15T17:50:00Z\"");
}
