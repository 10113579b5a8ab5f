using Kairos.Classification;
using Microsoft.Extensions.Time.Testing;

namespace Kairos.Tests.Classification;

/// <summary>What providers tell of their limits, in each one's spelling. The headers are those of their documentation.</summary>
public sealed class LimitHeadersTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 15, 12, 0, 0, TimeSpan.Zero));

    [Theory]
    [InlineData("x-ratelimit-limit-requests: 60|x-ratelimit-limit-tokens: 150000|x-ratelimit-remaining-requests: 59|x-ratelimit-remaining-tokens: 149984|x-ratelimit-reset-requests: 1s|x-ratelimit-reset-tokens: 6m0s",
        "60/59/1", "150000/149984/360")] // OpenAI
    [InlineData("x-ratelimit-limit-requests: 14400|x-ratelimit-remaining-requests: 14370|x-ratelimit-reset-requests: 2m59.56s|x-ratelimit-limit-tokens: 18000|x-ratelimit-remaining-tokens: 17997|x-ratelimit-reset-tokens: 7.66s",
        "14400/14370/179.56", "18000/17997/7.66")] // Groq
    [InlineData("x-ratelimit-remaining-requests: 9|x-ratelimit-remaining-tokens: 900", "/9/", "/900/")] // Azure
    [InlineData("anthropic-ratelimit-requests-limit: 50|anthropic-ratelimit-requests-remaining: 49|anthropic-ratelimit-requests-reset: 2026-01-15T12:00:30Z|anthropic-ratelimit-tokens-limit: 40000|anthropic-ratelimit-tokens-remaining: 39000|anthropic-ratelimit-tokens-reset: 2026-01-15T12:00:02Z",
        "50/49/30", "40000/39000/2")] // Anthropic
    [InlineData("anthropic-ratelimit-input-tokens-limit: 400|anthropic-ratelimit-input-tokens-remaining: 390|anthropic-ratelimit-output-tokens-limit: 80|anthropic-ratelimit-output-tokens-remaining: 70",
        null, "80/70/")]
    [InlineData("x-ratelimit-limit-req-minute: 60|x-ratelimit-remaining-req-minute: 58|x-ratelimit-limit-tokens-minute: 500000|x-ratelimit-remaining-tokens-minute: 499000",
        "60/58/", "500000/499000/")] // Mistral
    [InlineData("ratelimitbysize-limit: 500000|ratelimitbysize-remaining: 499900|ratelimitbysize-reset: 41", null, "500000/499900/41")]
    [InlineData("ratelimit: \"default\";r=50;t=30|ratelimit-policy: \"default\";q=100;w=60", "100/50/30", null)] // IETF, draft 8 and later
    [InlineData("ratelimit: \"burst\";r=3;t=1, \"day\";r=1000;t=3600|ratelimit-policy: \"burst\";q=10;w=1,\"day\";q=5000;w=86400", "10/3/1", null)]
    [InlineData("ratelimit: \"t\";r=400;t=30|ratelimit-policy: \"t\";q=1000;qu=\"tokens\";w=60", null, "1000/400/30")]
    [InlineData("ratelimit: limit=100, remaining=50, reset=30", "100/50/30", null)] // IETF, draft 7
    [InlineData("ratelimit-limit: 100, 100;w=60|ratelimit-remaining: 50|ratelimit-reset: 30", "100/50/30", null)] // IETF, draft 6 and before
    [InlineData("x-ratelimit-limit: 100|x-ratelimit-remaining: 0|x-ratelimit-reset: 1768478460", "100/0/60", null)] // GitHub
    [InlineData("x-ratelimit-limit-requests: many|x-ratelimit-remaining-requests: -1|ratelimit: ;;=,|x-ratelimit-remaining-tokens: NaN|ratelimit-remaining: 1e400", null, null)]
    [InlineData("x-ratelimit-limit-requests: 60", null, null)] // what is left is not told
    [InlineData("", null, null)]
    public void Each_provider_is_understood(string headers, string? requests, string? tokens)
    {
        var known = headers.Split('|', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(": ", 2)).ToDictionary(pair => pair[0], pair => pair[1]);

        var told = LimitHeaders.Of(known.GetValueOrDefault, _time);

        Assert.Equal((requests, tokens), (Text(told.Requests), Text(told.Tokens)));
    }

    [Fact]
    public void Headers_that_cannot_be_read_tell_nothing() =>
        Assert.Equal(default, LimitHeaders.Of(_ => throw new InvalidOperationException("disposed"), _time));

    private static string? Text(ToldLimit? told) => told is { } limit
        ? FormattableString.Invariant($"{limit.Limit}/{limit.Remaining}/{limit.Reset?.TotalSeconds}")
        : null;
}
