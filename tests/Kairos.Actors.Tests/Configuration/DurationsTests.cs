using Kairos.Configuration;

namespace Kairos.Tests.Configuration;

public sealed class DurationsTests
{
    [Theory]
    [InlineData("0s", 0)]
    [InlineData("500ms", 500)]
    [InlineData("1.5s", 1500)]
    [InlineData("30 s", 30_000)]
    [InlineData("30 seconds", 30_000)]
    [InlineData("1 second", 1000)]
    [InlineData("2m", 120_000)]
    [InlineData("2 minutes", 120_000)]
    [InlineData("3h", 10_800_000)]
    [InlineData("1 hour", 3_600_000)]
    [InlineData("7d", 604_800_000)]
    [InlineData("1 day", 86_400_000)]
    [InlineData("20 millis", 20)]
    public void Reads(string text, double milliseconds)
    {
        Assert.True(Durations.TryRead(text, out var value));
        Assert.Equal(milliseconds, value.TotalMilliseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("5.5")]
    [InlineData("s")]
    [InlineData("-5s")]
    [InlineData("+5s")]
    [InlineData("5S")]
    [InlineData("5 fortnights")]
    [InlineData("5s5s")]
    [InlineData(".s")]
    [InlineData("1e3s")]
    [InlineData("Infinite")]
    [InlineData("10001d")]
    public void Refuses(string text) => Assert.False(Durations.TryRead(text, out _));

    [Theory]
    [InlineData(0, "0s")]
    [InlineData(1, "1ms")]
    [InlineData(1500, "1500ms")]
    [InlineData(30_000, "30s")]
    [InlineData(60_000, "60s")]
    [InlineData(300_000, "5m")]
    [InlineData(3_600_000, "1h")]
    [InlineData(86_400_000, "1d")]
    [InlineData(0.5, "0.5ms")]
    public void Writes_the_shortest_text_that_reads_back(double milliseconds, string text)
    {
        var value = TimeSpan.FromMilliseconds(milliseconds);

        Assert.Equal(text, Durations.Write(value));
        Assert.True(Durations.TryRead(text, out var read));
        Assert.Equal(value, read);
    }

    [Fact]
    public void Infinite_reads_and_writes()
    {
        Assert.True(Durations.TryRead("infinite", out var value));
        Assert.Equal((Timeout.InfiniteTimeSpan, "infinite"), (value, Durations.Write(value)));
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("on", true)]
    [InlineData("yes", true)]
    [InlineData("false", false)]
    [InlineData("off", false)]
    [InlineData("no", false)]
    public void Truth_has_three_spellings(string text, bool expected)
    {
        Assert.True(Booleans.TryRead(text, out var value));
        Assert.Equal(expected, value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("True")]
    [InlineData("1")]
    [InlineData("maybe")]
    public void Truth_has_no_others(string text) => Assert.False(Booleans.TryRead(text, out _));
}
