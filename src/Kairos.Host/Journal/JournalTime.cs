using System.Globalization;
using Kairos.Hosting.Settings;

namespace Kairos.Host.Journal;

/// <summary>When an event happened: so long after the start, or at a point in time.</summary>
internal readonly record struct JournalTime(TimeSpan Offset, DateTimeOffset? Instant)
{
    public static JournalTime Parse(string text)
    {
        if (text.StartsWith('+'))
        {
            return Durations.TryRead(text[1..], out var offset) && offset != Timeout.InfiniteTimeSpan
                ? new JournalTime(offset, null)
                : throw Wrong(text);
        }

        // RFC 3339 demands an offset; what merely looks like a date is refused.
        return text.Length >= 20
            && (text.EndsWith('Z') || text[^6] is '+' or '-')
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var instant)
                ? new JournalTime(default, instant)
                : throw Wrong(text);
    }

    /// <summary>A moment as output writes it: seconds after the start, with up to three decimals.</summary>
    public static string Write(TimeSpan offset) =>
        string.Create(CultureInfo.InvariantCulture, $"+{Math.Round(offset.TotalSeconds, 3):0.###}s");

    private static JournalException Wrong(string text) =>
        new($"'at' is '{text}'; allowed is an offset from the start like \"+1.5s\", or a time by RFC 3339 like \"2026-01-15T17:50:00Z\"");
}
