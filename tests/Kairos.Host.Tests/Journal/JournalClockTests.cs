using Kairos.Host.Journal;

namespace Kairos.Host.Tests.Journal;

public sealed class JournalClockTests
{
    private readonly JournalClock _clock = new();

    [Theory]
    [InlineData("+0s", 0)]
    [InlineData("+1.5s", 1500)]
    [InlineData("+250ms", 250)]
    [InlineData("+2 minutes", 120_000)]
    [InlineData("+1d", 86_400_000)]
    public void An_offset_counts_from_the_start(string at, double milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), MoveTo(at));

    [Fact]
    public void The_first_point_in_time_is_the_moment_of_the_line_above()
    {
        MoveTo("+10s");

        Assert.Equal(TimeSpan.FromSeconds(10), MoveTo("2026-01-15T17:50:00Z"));
        Assert.Equal(TimeSpan.FromSeconds(11.5), MoveTo("2026-01-15T17:50:01.5Z"));
        Assert.Equal(TimeSpan.FromSeconds(12.25), MoveTo("2026-01-15T18:50:02.250000000+01:00"));
        Assert.Equal(TimeSpan.FromSeconds(70), MoveTo("2026-01-15T12:51:00-05:00"));
        Assert.Equal(TimeSpan.FromSeconds(71), MoveTo("+71s"));
    }

    [Theory]
    [InlineData("+10s", "+9.9s", "'at' is +9.9s, which is before the line above, +10s")]
    [InlineData("2026-01-15T17:50:00Z", "2026-01-15T17:49:58Z", "'at' is +-2s, which is before the line above, +0s")]
    public void Time_does_not_run_backwards(string first, string second, string fault)
    {
        var before = MoveTo(first);

        Assert.Equal(fault, Assert.Throws<JournalException>(() => MoveTo(second)).Message);
        Assert.Equal(before, _clock.Now);
        MoveTo(first);
    }

    [Fact]
    public void The_first_and_the_last_day_of_the_calendar_are_points_in_time()
    {
        MoveTo("+1d");

        Assert.Equal(TimeSpan.FromDays(1), MoveTo("0001-01-01T00:00:00Z"));
        Assert.Equal(TimeSpan.FromDays(3_652_059), MoveTo("9999-12-31T00:00:00Z"));
    }

    private TimeSpan MoveTo(string at) => _clock.MoveTo(JournalTime.Parse(at));
}
