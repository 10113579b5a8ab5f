using System.Globalization;

namespace Kairos.Classification;

/// <summary>What a provider tells of one of its limits. A value.</summary>
/// <param name="Limit">All that may be used; null where it does not say.</param>
/// <param name="Remaining">What is left of it, at least 0.</param>
/// <param name="Reset">How long until all of it is there again; null where it does not say.</param>
internal readonly record struct ToldLimit(double? Limit, double Remaining, TimeSpan? Reset);

/// <summary>What a provider tells of its limits with an answer. A value.</summary>
/// <param name="Requests">Of requests; null where it tells nothing.</param>
/// <param name="Tokens">Of tokens; null where it tells nothing.</param>
internal readonly record struct ToldLimits(ToldLimit? Requests, ToldLimit? Tokens);

/// <summary>
/// Reads what providers tell of their limits in the headers of answers: OpenAI's and Azure's, Groq's, Anthropic's, Mistral's, and the IETF's <c>RateLimit</c>
/// (draft-ietf-httpapi-ratelimit-headers, all versions). Of several for the same the one counts of which the least is left. Pure.
/// </summary>
internal static class LimitHeaders
{
    private static readonly (string Limit, string Remaining, string Reset)[] OfRequests =
    [
        ("x-ratelimit-limit-requests", "x-ratelimit-remaining-requests", "x-ratelimit-reset-requests"),
        ("anthropic-ratelimit-requests-limit", "anthropic-ratelimit-requests-remaining", "anthropic-ratelimit-requests-reset"),
        ("x-ratelimit-limit-req-minute", "x-ratelimit-remaining-req-minute", ""),
        ("ratelimit-limit", "ratelimit-remaining", "ratelimit-reset"),
        ("x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"),
    ];

    private static readonly (string Limit, string Remaining, string Reset)[] OfTokens =
    [
        ("x-ratelimit-limit-tokens", "x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens"),
        ("anthropic-ratelimit-tokens-limit", "anthropic-ratelimit-tokens-remaining", "anthropic-ratelimit-tokens-reset"),
        ("anthropic-ratelimit-input-tokens-limit", "anthropic-ratelimit-input-tokens-remaining", "anthropic-ratelimit-input-tokens-reset"),
        ("anthropic-ratelimit-output-tokens-limit", "anthropic-ratelimit-output-tokens-remaining", "anthropic-ratelimit-output-tokens-reset"),
        ("x-ratelimit-limit-tokens-minute", "x-ratelimit-remaining-tokens-minute", ""),
        ("ratelimitbysize-limit", "ratelimitbysize-remaining", "ratelimitbysize-reset"),
    ];

    /// <summary>What an answer tells.</summary>
    /// <param name="header">The value of a header of the answer; null where there is none. One that throws has none.</param>
    /// <param name="time">The clock by which times are read, where the answer has no date.</param>
    public static ToldLimits Of(Func<string, string?> header, TimeProvider time)
    {
        var structured = Structured(header).ToList();
        return new(
            Tightest(OfRequests.Select(Read).Concat(structured.Where(told => !told.IsOfTokens).Select(told => (ToldLimit?)told.Limit))),
            Tightest(OfTokens.Select(Read).Concat(structured.Where(told => told.IsOfTokens).Select(told => (ToldLimit?)told.Limit))));

        ToldLimit? Read((string Limit, string Remaining, string Reset) names) => NumberOf(Waits.LookUp(header, names.Remaining)) is { } remaining
            ? new ToldLimit(NumberOf(Waits.LookUp(header, names.Limit)), remaining, names.Reset.Length == 0 ? null : Waits.ResetOf(header, names.Reset, time))
            : null;
    }

    private static ToldLimit? Tightest(IEnumerable<ToldLimit?> told) => told.Where(limit => limit is not null).MinBy(limit => limit!.Value.Remaining);

    /// <summary><c>RateLimit: "default";r=50;t=30</c> with <c>RateLimit-Policy: "default";q=100;w=60</c>, or, in older drafts, <c>limit=100, remaining=50, reset=30</c>.</summary>
    private static IEnumerable<(bool IsOfTokens, ToldLimit Limit)> Structured(Func<string, string?> header)
    {
        if (Waits.LookUp(header, "ratelimit") is not { } value) yield break;
        var whole = Parameters(value.Replace(',', ';'));
        if (NumberOf(whole.GetValueOrDefault("remaining")) is { } remaining)
        {
            yield return (false, new ToldLimit(NumberOf(whole.GetValueOrDefault("limit")), remaining, SecondsOf(whole.GetValueOrDefault("reset"))));
            yield break;
        }

        var policies = (Waits.LookUp(header, "ratelimit-policy") ?? "").Split(',').ToLookup(NameOf, Parameters);
        foreach (var item in value.Split(','))
        {
            var (told, policy) = (Parameters(item), policies[NameOf(item)].FirstOrDefault() ?? []);
            if (NumberOf(told.GetValueOrDefault("r")) is not { } left) continue;
            yield return (policy.GetValueOrDefault("qu")?.Contains("token", StringComparison.OrdinalIgnoreCase) == true,
                new ToldLimit(NumberOf(policy.GetValueOrDefault("q")), left, SecondsOf(told.GetValueOrDefault("t"))));
        }
    }

    private static string NameOf(string item) => item.Split(';')[0].Trim();

    private static Dictionary<string, string> Parameters(string item) => item.Split(';').Select(part => part.Split('=', 2)).Where(pair => pair.Length == 2)
        .GroupBy(pair => pair[0].Trim().ToLowerInvariant()).ToDictionary(group => group.Key, group => group.First()[1].Trim().Trim('"'));

    private static TimeSpan? SecondsOf(string? text) => text is null ? null : Waits.ReadSpan(text, TimeSpan.FromSeconds(1));

    private static double? NumberOf(string? text) =>
        double.TryParse(text?.Split(',')[0], NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var value)
        && double.IsFinite(value)
            ? value
            : null;
}
