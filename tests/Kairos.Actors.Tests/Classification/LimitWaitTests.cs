using System.Globalization;
using System.Text;

namespace Kairos.Tests.Classification;

/// <summary>How long an answer asks to wait where no header is made for it: by its body, and by what it says of limits.</summary>
public sealed class LimitWaitTests
{
    private static readonly string AtTwelve = TableCase.Now.AddSeconds(12).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

    public static TheoryData<string, string> Limits => new()
    {
        { "x-ratelimit-remaining-requests", "x-ratelimit-reset-requests" },
        { "x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens" },
        { "x-ratelimit-remaining", "x-ratelimit-reset" },
        { "anthropic-ratelimit-requests-remaining", "anthropic-ratelimit-requests-reset" },
        { "anthropic-ratelimit-tokens-remaining", "anthropic-ratelimit-tokens-reset" },
        { "anthropic-ratelimit-input-tokens-remaining", "anthropic-ratelimit-input-tokens-reset" },
        { "anthropic-ratelimit-output-tokens-remaining", "anthropic-ratelimit-output-tokens-reset" },
    };

    [Theory]
    [MemberData(nameof(Limits))]
    public void A_limit_that_is_used_up_is_waited_for_and_one_of_which_something_is_left_is_not(string remaining, string reset)
    {
        Assert.Equal(TimeSpan.FromSeconds(7), WaitOf(429, "", (remaining, "0"), (reset, "7")));
        Assert.Equal(TimeSpan.FromSeconds(7), WaitOf(429, "", (reset, "7")));
        Assert.Equal(TimeSpan.FromSeconds(7), WaitOf(429, "", (remaining, "unknown"), (reset, "7")));
        Assert.Null(WaitOf(429, "", (remaining, "1"), (reset, "7")));
        Assert.Null(WaitOf(429, "", (remaining, "0")));
    }

    [Fact]
    public void Of_several_that_are_used_up_the_longest_is_waited_for()
    {
        var wait = WaitOf(429, "", ("x-ratelimit-reset-requests", "9"), ("x-ratelimit-reset-tokens", "20"), ("x-ratelimit-reset", "4"));
        Assert.Equal(TimeSpan.FromSeconds(20), wait);
    }

    [Fact]
    public void Only_a_rate_limit_waits_for_limits() => Assert.Null(WaitOf(500, "", ("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "7")));

    [Theory]
    [InlineData("7", 7_000)]
    [InlineData("1.5", 1_500)]
    [InlineData("53s", 53_000)]
    [InlineData("6m0s", 360_000)]
    [InlineData("1h2m", 3_720_000)]
    [InlineData("1m1.5s", 61_500)]
    [InlineData("250ms", 250)]
    [InlineData("1s250ms", 1_250)]
    [InlineData(" 2s ", 2_000)]
    [InlineData("1h1h", 7_200_000)]
    [InlineData("999999h", 86_400_000)]
    [InlineData("2026-01-15T17:49:12Z", 12_000)]
    [InlineData("2026-01-15T17:49:12", 12_000)]
    [InlineData("2026-01-15T18:49:12+01:00", 12_000)]
    [InlineData("2036-01-15T17:49:12Z", 86_400_000)]
    [InlineData("999999999", 86_400_000)]
    [InlineData("1768499352", 12_000)]
    [InlineData("1768499352000", 12_000)]
    [InlineData("1768499352500", 12_500)]
    [InlineData("2000000000", 86_400_000)]
    [InlineData("253402300798", 86_400_000)]
    public void A_reset_is_a_span_a_number_or_a_time(string reset, double milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), WaitOf(429, "", ("x-ratelimit-reset", reset)));

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("0s")]
    [InlineData("-5")]
    [InlineData("s")]
    [InlineData("5x")]
    [InlineData("1m5")]
    [InlineData("1/2s")]
    [InlineData("1..2s")]
    [InlineData("1s ago")]
    [InlineData("soon")]
    [InlineData("1000000000")]
    [InlineData("1000000000000")]
    [InlineData("1768499340")]
    [InlineData("253402300799")]
    [InlineData("9999999999999999")]
    [InlineData("2026-01-15T17:49:00Z")]
    public void What_has_passed_or_cannot_be_read_is_no_wait(string reset) => Assert.Null(WaitOf(429, "", ("x-ratelimit-reset", reset)));

    [Fact]
    public void A_reset_is_read_against_the_answers_own_date()
    {
        (string, string) date = ("date", "Thu, 15 Jan 2026 17:49:02 GMT");
        Assert.Equal(TimeSpan.FromSeconds(10), WaitOf(429, "", ("x-ratelimit-reset", AtTwelve), date));
        Assert.Equal(TimeSpan.FromSeconds(10), WaitOf(429, "", ("x-ratelimit-reset", "2026-01-15T17:49:12Z"), date));

        (string, string) inTheYear2001 = ("date", "Sun, 09 Sep 2001 01:46:35 GMT"); // when seconds since 1970 got their tenth digit
        Assert.Equal(TimeSpan.FromSeconds(5), WaitOf(429, "", ("x-ratelimit-reset", "1000000000"), inTheYear2001));
        Assert.Equal(TimeSpan.FromSeconds(5), WaitOf(429, "", ("x-ratelimit-reset", "1000000000000"), inTheYear2001));
    }

    [Theory]
    [InlineData("""{"error":{"details":[{"retryDelay":"53s"}]}}""", 53_000)]
    [InlineData("""{"error":{"details":[{"retryDelay":"2s"},{"retryDelay":"53s"},{"retryDelay":"9s"}]}}""", 53_000)]
    [InlineData("""{"error":{"details":[{"retryDelay":3}]}}""", 3_000)]
    [InlineData("""{"error":{"retry_after_ms":1500}}""", 1_500)]
    [InlineData("""{"error":{"retry_after_seconds":4}}""", 4_000)]
    [InlineData("""{"error":{"retry_after":5}}""", 5_000)]
    [InlineData("""{"error":{"retryAfter":6}}""", 6_000)]
    [InlineData("""{"error":{"retryAfter":"6.5"}}""", 6_500)]
    [InlineData("""{"error":{"code":"x"},"retry_after":7}""", 7_000)]
    [InlineData("""{"error":{"metadata":{"retry_after_seconds":8}}}""", 8_000)]
    [InlineData("""{"retry_after":9}""", 9_000)]
    [InlineData("""{"error":{"retry_after":5,"retry_after_ms":9000}}""", 9_000)]
    [InlineData("""{"error":{"retry_after":100000000}}""", 86_400_000)]
    public void The_longest_wait_that_a_body_names_is_taken(string body, double milliseconds)
    {
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), WaitOf(429, body));
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), WaitOf(500, body, ("x-ratelimit-reset", "1")));
    }

    [Theory]
    [InlineData("""{"error":{"retry_after":0}}""")]
    [InlineData("""{"error":{"retry_after":-1}}""")]
    [InlineData("""{"error":{"retry_after":true}}""")]
    [InlineData("""{"error":{"retry_after":"soon"}}""")]
    [InlineData("""{"error":{"message":"try again in 20s"}}""")]
    [InlineData("""{"error":{"details":{"retryDelay":"53s"}}}""")]
    public void A_body_that_names_none_asks_for_none(string body) => Assert.Null(WaitOf(429, body));

    [Fact]
    public void A_header_that_is_made_for_it_comes_first_then_the_body_then_the_limits()
    {
        const string Body = """{"error":{"retry_after":5}}""";
        (string, string) limit = ("x-ratelimit-reset", "20");
        Assert.Equal(TimeSpan.FromSeconds(2), WaitOf(429, Body, ("retry-after", "2"), limit));
        Assert.Equal(TimeSpan.FromSeconds(5), WaitOf(429, Body, limit));
        Assert.Equal(TimeSpan.FromSeconds(20), WaitOf(429, "{}", limit));
    }

    [Theory]
    [InlineData(0L, null)]
    [InlineData(-1L, null)]
    [InlineData(1L, 1L)]
    [InlineData(TimeSpan.TicksPerDay, TimeSpan.TicksPerDay)]
    [InlineData(TimeSpan.TicksPerDay + 1, TimeSpan.TicksPerDay)]
    public void A_wait_of_nothing_that_an_adapter_found_is_none_and_a_day_is_the_most(long ticks, long? kept)
    {
        var failure = new HttpFailureException(new ResponseFacts { Status = 429, Wait = TimeSpan.FromTicks(ticks) });
        Assert.Equal(kept, ErrorClassifier.Default.Classify(failure, TableCase.On("llm")).RetryAfter?.Ticks);
    }

    private static TimeSpan? WaitOf(int status, string body, params (string Name, string Value)[] headers)
    {
        var facts = ResponseFacts.Of(
            status, Encoding.UTF8.GetBytes(body), name => headers.Where(header => header.Name == name).Select(header => header.Value).FirstOrDefault());
        return ErrorClassifier.Default.Classify(new HttpFailureException(facts), TableCase.On("llm")).RetryAfter;
    }
}
