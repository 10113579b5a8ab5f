using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Kairos.Classification;

/// <summary>
/// How long an answer asks to wait, wherever it says so. A wait of nothing, or until a time that has passed, asks for nothing. Pure.
/// </summary>
internal static class Waits
{
    private const NumberStyles Number = NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite;
    private const double FirstSecondOfEpoch = 1e9;
    private const double FirstMillisecondOfEpoch = 1e12;

    private static readonly (string Name, TimeSpan Unit)[] Headers =
    [
        ("retry-after-ms", TimeSpan.FromMilliseconds(1)),
        ("x-ms-retry-after-ms", TimeSpan.FromMilliseconds(1)),
        ("grpc-retry-pushback-ms", TimeSpan.FromMilliseconds(1)),
        ("retry-after", TimeSpan.FromSeconds(1)),
    ];

    /// <summary>What is limited, and until when: read only where nothing of it remains, or nobody says what does.</summary>
    private static readonly (string Remaining, string Reset)[] Limits =
    [
        ("x-ratelimit-remaining-requests", "x-ratelimit-reset-requests"),
        ("x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens"),
        ("x-ratelimit-remaining", "x-ratelimit-reset"),
        ("anthropic-ratelimit-requests-remaining", "anthropic-ratelimit-requests-reset"),
        ("anthropic-ratelimit-tokens-remaining", "anthropic-ratelimit-tokens-reset"),
        ("anthropic-ratelimit-input-tokens-remaining", "anthropic-ratelimit-input-tokens-reset"),
        ("anthropic-ratelimit-output-tokens-remaining", "anthropic-ratelimit-output-tokens-reset"),
    ];

    /// <summary>The wait of an answer: by a header that is made for it; else by its body; else, of a rate limit, until what is used up is
    /// there again.</summary>
    public static TimeSpan? Of(ResponseFacts facts, Meaning meaning, TimeProvider time)
    {
        Func<string, string?> header = name => LookUp(facts.Header, name);
        return ByHeader(header, time) ?? Capped(facts.Wait) ?? (meaning == Meaning.RateLimit ? ByLimits(header, time) : null);
    }

    /// <summary>The longest of the waits that headers name which are made for it.</summary>
    public static TimeSpan? ByHeader(Func<string, string?> header, TimeProvider time)
    {
        return Capped(Headers.SelectMany(known => Values(header(known.Name)).Select(value => Read(value, known.Unit))).Max());

        TimeSpan? Read(string value, TimeSpan unit) =>
            ReadNumber(value, unit) ?? (unit == TimeSpan.FromSeconds(1) ? Until(ReadHttpDate(value), header, time) : null);
    }

    /// <summary>Reads <c>53s</c>, <c>6m0s</c>, <c>250ms</c>, <c>1h2m</c>, or a number of units.</summary>
    public static TimeSpan? ReadSpan(ReadOnlySpan<char> text, TimeSpan unit)
    {
        text = text.Trim();
        if (ReadNumber(text, unit) is { } plain) return plain;
        double ticks = 0;
        while (!text.IsEmpty)
        {
            var rest = text.TrimStart("0123456789.");
            var (size, letters) = rest switch
            {
                ['m', 's', ..] => (TimeSpan.TicksPerMillisecond, 2),
                ['h', ..] => (TimeSpan.TicksPerHour, 1),
                ['m', ..] => (TimeSpan.TicksPerMinute, 1),
                ['s', ..] => (TimeSpan.TicksPerSecond, 1),
                _ => (0, 0),
            };
            if (letters == 0 || !double.TryParse(text[..^rest.Length], Number, CultureInfo.InvariantCulture, out var count)) return null;
            ticks += count * size;
            text = rest[letters..];
        }

        return FromTicks(ticks);
    }

    /// <summary>How long until a limit is reset, by a header that says so: a span, a number of seconds, or a time.</summary>
    public static TimeSpan? ResetOf(Func<string, string?> header, string name, TimeProvider time) => ReadReset(LookUp(header, name), other => LookUp(header, other), time);

    private static TimeSpan? ByLimits(Func<string, string?> header, TimeProvider time) =>
        Capped(Limits.Where(limit => !IsLeft(header(limit.Remaining))).Select(limit => ReadReset(header(limit.Reset), header, time)).Max());

    private static bool IsLeft(string? remaining) =>
        double.TryParse(remaining, Number, CultureInfo.InvariantCulture, out var count) && count > 0;

    /// <summary>A span, a number of seconds, a time as a text, or as seconds or milliseconds since 1970.</summary>
    private static TimeSpan? ReadReset(string? value, Func<string, string?> header, TimeProvider time)
    {
        if (value is null) return null;
        if (double.TryParse(value, Number, CultureInfo.InvariantCulture, out var number) && number >= FirstSecondOfEpoch)
        {
            var seconds = number >= FirstMillisecondOfEpoch ? number / 1000 : number;
            return seconds < DateTimeOffset.MaxValue.ToUnixTimeSeconds() ? Until(DateTimeOffset.UnixEpoch.AddSeconds(seconds), header, time) : null;
        }

        return ReadSpan(value, TimeSpan.FromSeconds(1))
            ?? (DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? Until(at, header, time) : null);
    }

    /// <summary>How long until a time, by the clock of who answered where it tells that, else by ours; less than nothing where it has passed.</summary>
    private static TimeSpan? Until(DateTimeOffset? at, Func<string, string?> header, TimeProvider time) =>
        at - (ReadHttpDate(header("date")) ?? time.GetUtcNow());

    private static DateTimeOffset? ReadHttpDate(string? value) =>
        RetryConditionHeaderValue.TryParse(value, out var condition) ? condition.Date : null;

    /// <summary>A positive number of units. One too large for a double is a long wait; words that .NET reads as numbers ("NaN") are none.</summary>
    private static TimeSpan? ReadNumber(ReadOnlySpan<char> value, TimeSpan unit)
    {
        if (!value.ContainsAnyInRange('0', '9')) return null;
        return double.TryParse(value, Number, CultureInfo.InvariantCulture, out var units) ? FromTicks(units * unit.Ticks) : null;
    }

    /// <summary>What may be the values of a header that is there more than once, or has a list. A date has a comma of its own, so each two
    /// neighbours may be one; neither half of a date can be read by itself.</summary>
    private static IEnumerable<string> Values(string? value)
    {
        if (value is null) return [];
        var parts = value.Split(',');
        return parts.Concat(parts.Zip(parts.Skip(1), (day, time) => $"{day},{time}")).Select(part => part.Trim());
    }

    /// <summary>A header of an answer. The look-up is an adapter's code: what it cannot read is not there.</summary>
    public static string? LookUp(Func<string, string?>? header, string name)
    {
        try
        {
            return header?.Invoke(name);
        }
        catch (Exception)
        {
            return null;
        }
    }

    private static TimeSpan? FromTicks(double ticks)
    {
        var wait = TimeSpan.FromTicks((long)Math.Min(ticks, KairosError.MaxRetryAfter.Ticks));
        return wait > TimeSpan.Zero ? wait : null;
    }

    private static TimeSpan? Capped(TimeSpan? wait) => wait is { } known ? FromTicks(known.Ticks) : null;
}

/// <summary>How long the body of an answer asks to wait. Only members that are made for it are read, never a sentence.</summary>
internal static class BodyWaits
{
    private static readonly (string Name, TimeSpan Unit)[] Numbers =
    [
        ("retry_after_ms", TimeSpan.FromMilliseconds(1)),
        ("retry_after_seconds", TimeSpan.FromSeconds(1)),
        ("retry_after", TimeSpan.FromSeconds(1)),
        ("retryAfter", TimeSpan.FromSeconds(1)),
    ];

    /// <summary>The longest wait that is named: Google's <c>retryDelay</c> among the details, or a number at the error or at the root.</summary>
    public static TimeSpan? Of(JsonElement root, JsonElement error)
    {
        var details = ErrorBody.Elements(ErrorBody.Member(error, "details"));
        JsonElement[] places = [error, root, ErrorBody.Member(error, "metadata")];
        return details.Select(detail => WaitOf(ErrorBody.Member(detail, "retryDelay"), TimeSpan.FromSeconds(1)))
            .Concat(places.SelectMany(place => Numbers.Select(number => WaitOf(ErrorBody.Member(place, number.Name), number.Unit))))
            .Max();
    }

    private static TimeSpan? WaitOf(JsonElement element, TimeSpan unit) => element.ValueKind switch
    {
        JsonValueKind.String => Waits.ReadSpan(ErrorBody.Text(element), unit),
        JsonValueKind.Number => Waits.ReadSpan(element.GetRawText(), unit),
        _ => null,
    };
}
