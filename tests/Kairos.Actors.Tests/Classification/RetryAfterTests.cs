using System.Globalization;
using CsCheck;
using Microsoft.Extensions.Time.Testing;

namespace Kairos.Tests.Classification;

public sealed class RetryAfterTests
{
    private readonly FakeTimeProvider _time = new(TableCase.Now);

    [Theory]
    [InlineData("retry-after-ms", "1500", 1_500)]
    [InlineData("retry-after-ms", "0.5", 0.5)]
    [InlineData("x-ms-retry-after-ms", "2000", 2_000)]
    [InlineData("retry-after", "20", 20_000)]
    [InlineData("retry-after", " 20 ", 20_000)]
    [InlineData("retry-after", "1.25", 1_250)]
    [InlineData("grpc-retry-pushback-ms", "700", 700)]
    public void Reads_each_spelling(string name, string value, double milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), Parse((name, value)));

    [Theory]
    [InlineData("Thu, 15 Jan 2026 17:50:30 GMT")]
    [InlineData("Thursday, 15-Jan-26 17:50:30 GMT")]
    [InlineData("Thu Jan 15 17:50:30 2026")]
    public void Reads_a_date_in_each_of_the_forms_of_http(string date) =>
        Assert.Equal(TimeSpan.FromSeconds(90), Parse(("retry-after", date)));

    [Fact]
    public void A_date_is_compared_with_the_clock_that_is_given()
    {
        _time.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(TimeSpan.FromSeconds(30), Parse(("retry-after", "Thu, 15 Jan 2026 17:50:30 GMT")));
        _time.Advance(TimeSpan.FromSeconds(60));
        Assert.Null(Parse(("retry-after", "Thu, 15 Jan 2026 17:50:30 GMT")));
    }

    [Theory]
    [InlineData("Thu, 15 Jan 2026 17:50:00 GMT", 30)]
    [InlineData("Thu, 15 Jan 2026 18:50:30 GMT", null)]
    [InlineData("not a date", 90)]
    public void A_date_is_read_against_the_answers_own(string date, int? seconds) =>
        Assert.Equal(seconds is { } wait ? TimeSpan.FromSeconds(wait) : null, Parse(("retry-after", "Thu, 15 Jan 2026 17:50:30 GMT"), ("date", date)));

    [Theory]
    [InlineData("retry-after", "0")]
    [InlineData("retry-after", "0.0")]
    [InlineData("retry-after", "0, 0")]
    [InlineData("retry-after-ms", "0")]
    [InlineData("retry-after-ms", "0.00001")]
    [InlineData("retry-after", "Thu, 15 Jan 2026 17:48:59 GMT")]
    [InlineData("retry-after", "Thu, 01 Jan 1970 00:00:00 GMT")]
    public void Nothing_or_a_time_that_has_passed_asks_for_nothing(string name, string value) => Assert.Null(Parse((name, value)));

    [Theory]
    [InlineData("20, 30", 30)]
    [InlineData("30,20", 30)]
    [InlineData("0, 7", 7)]
    [InlineData("soon, 7", 7)]
    [InlineData("5, Thu, 15 Jan 2026 17:50:30 GMT", 90)]
    [InlineData("Thu, 15 Jan 2026 17:50:30 GMT, 5", 90)]
    [InlineData("Thursday, 15-Jan-26 17:50:30 GMT, soon", 90)]
    [InlineData("Thu, 15 Jan 2026 17:50:30 GMT, Thu, 15 Jan 2026 17:50:00 GMT", 90)]
    public void Of_a_list_the_longest_is_taken(string value, int seconds) => Assert.Equal(TimeSpan.FromSeconds(seconds), Parse(("retry-after", value)));

    [Theory]
    [InlineData("86401")]
    [InlineData("31536000")]
    [InlineData("99999999999999999999999999")]
    [InlineData("Fri, 15 Jan 2027 17:49:00 GMT")]
    public void Believes_no_more_than_a_day(string value) => Assert.Equal(KairosError.MaxRetryAfter, Parse(("retry-after", value)));

    [Fact]
    public void Believes_no_more_than_a_day_even_of_a_number_that_no_double_holds() =>
        Assert.Equal(KairosError.MaxRetryAfter, Parse(("retry-after-ms", new string('9', 400))));

    [Theory]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData("soon")]
    [InlineData("1 s")]
    [InlineData("1e3")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("∞")]
    [InlineData("Fri, 15 Jan 2026 17:50:30 GMT")]
    public void What_cannot_be_read_is_no_wait(string value)
    {
        Assert.Null(Parse(("retry-after", value)));
        Assert.Null(Parse(("retry-after-ms", value)));
    }

    [Fact]
    public void A_date_in_a_header_of_milliseconds_is_no_wait() =>
        Assert.Null(Parse(("retry-after-ms", "Thu, 15 Jan 2026 17:50:30 GMT")));

    [Fact]
    public void Of_several_spellings_the_longest_wait_is_taken()
    {
        Assert.Equal(TimeSpan.FromSeconds(20), Parse(("retry-after", "20"), ("retry-after-ms", "0")));
        Assert.Equal(TimeSpan.FromSeconds(3), Parse(("retry-after", "3"), ("x-ms-retry-after-ms", "2"), ("retry-after-ms", "1")));
        Assert.Equal(TimeSpan.FromSeconds(5), Parse(("retry-after", "3"), ("x-ms-retry-after-ms", "5000"), ("retry-after-ms", "-1")));
        Assert.Null(Parse());
    }

    [Fact]
    public void Asks_for_a_look_up_and_a_clock()
    {
        Assert.Throws<ArgumentNullException>("header", () => RetryAfter.Parse(null!, _time));
        Assert.Throws<ArgumentNullException>("time", () => RetryAfter.Parse(_ => null, null!));
    }

    [Fact]
    public void Any_text_is_a_wait_of_at_most_a_day_or_none() =>
        Gen.OneOf(
                Gen.String,
                Gen.String[Gen.Char["0123456789.,-+eE :GMT"], 0, 40],
                Gen.Double.Select(number => number.ToString("R", CultureInfo.InvariantCulture)))
            .Sample(text => Parse(("retry-after", text)) is null or { Ticks: > 0 and <= TimeSpan.TicksPerDay });

    private TimeSpan? Parse(params (string Name, string Value)[] headers) => RetryAfter.Parse(
        name => headers.Where(header => header.Name == name).Select(header => header.Value).FirstOrDefault(), _time);
}
