using CsCheck;
using Kairos.CircuitBreaker;

namespace Kairos.Tests.CircuitBreaker;

public class SlidingWindowTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromSeconds(60);

    [Fact]
    public void Holds_nothing_at_first()
    {
        Assert.Equal(default, default(SlidingWindow).Count(TimeSpan.Zero, Minute));
        Assert.Null(default(SlidingWindow).NextExpiry(TimeSpan.Zero, Minute));
    }

    [Fact]
    public void Adds_up_what_it_is_given()
    {
        var window = Fill((0, new Tally(1, 1, 0)), (0, new Tally(1, 0, 1)), (10, new Tally(5, 2, 3)));
        Assert.Equal(new Tally(7, 3, 4), window.Count(TimeSpan.FromSeconds(10), Minute));
    }

    [Fact]
    public void An_event_leaves_exactly_one_length_after_it_came()
    {
        var window = Fill((5, new Tally(1, 0, 0)));
        Assert.Equal(1, window.Count(TimeSpan.FromSeconds(65) - TimeSpan.FromTicks(1), Minute).Calls);
        Assert.Equal(0, window.Count(TimeSpan.FromSeconds(65), Minute).Calls);
        Assert.Equal(TimeSpan.FromSeconds(65), window.NextExpiry(TimeSpan.FromSeconds(20), Minute));
    }

    [Fact]
    public void Adding_forgets_what_has_left()
    {
        var window = Fill((0, new Tally(9, 9, 9)), (30, new Tally(1, 0, 0)), (61, new Tally(1, 0, 0)));
        Assert.Equal(2, window.Count(TimeSpan.FromSeconds(61), TimeSpan.FromHours(1)).Calls);
    }

    [Fact]
    public void The_next_to_leave_is_the_oldest_that_is_left()
    {
        var window = Fill((0, new Tally(1, 0, 0)), (10, new Tally(1, 0, 0)), (20, new Tally(1, 0, 0)));
        Assert.Equal(60, Expiry(at: 20));
        Assert.Equal(70, Expiry(at: 60));
        Assert.Equal(80, Expiry(at: 70));
        Assert.Null(Expiry(at: 80));

        double? Expiry(int at) => window.NextExpiry(TimeSpan.FromSeconds(at), Minute)?.TotalSeconds;
    }

    [Fact]
    public void What_comes_within_a_sixtieth_leaves_with_the_first_of_it_and_what_comes_then_does_not()
    {
        var window = Fill((100, new Tally(1, 0, 0))).Add(new Tally(1, 0, 0), TimeSpan.FromSeconds(100.9), Minute).Add(new Tally(1, 0, 0), TimeSpan.FromSeconds(101), Minute);
        Assert.Equal(3, window.Calls(TimeSpan.FromSeconds(159.9), Minute));
        Assert.Equal(1, window.Calls(TimeSpan.FromSeconds(160), Minute));
        Assert.Equal(0, window.Calls(TimeSpan.FromSeconds(161), Minute));
    }

    [Fact]
    public void Nothing_added_takes_nothing_away()
    {
        var window = Fill((0, new Tally(3, 1, 0)), (10, new Tally(2, 0, 0)), (20, default), (30, new Tally(1, 0, 0)));
        Assert.Equal(new Tally(6, 1, 0), window.Count(TimeSpan.FromSeconds(30), Minute));
    }

    [Fact]
    public void Agrees_with_a_list_of_times_when_events_are_at_least_a_sixtieth_of_the_window_apart() =>
        Gen.Select(Gen.Int[0, 25].Array[0, 80], Gen.Int[1, 60]).Sample(
            (steps, seconds) =>
            {
                var length = TimeSpan.FromSeconds(seconds);
                var (window, events, now) = (default(SlidingWindow), new List<TimeSpan>(), TimeSpan.Zero);
                foreach (var step in steps)
                {
                    now += TimeSpan.FromSeconds(step); // whole seconds, and no window is longer than sixty: nothing merges
                    events.Add(now);
                    window = window.Add(new Tally(1, 1, 1), now, length);
                    var within = events.FindAll(at => at + length > now);
                    var expected = (new Tally(within.Count, within.Count, within.Count), within[0] + length);
                    if ((window.Count(now, length), window.NextExpiry(now, length)) != expected) Assert.Fail($"not {expected} at {now}");
                }
            },
            iter: 1_000);

    [Fact]
    public void A_dense_burst_leaves_at_most_a_sixtieth_of_the_window_early_and_never_late() =>
        Gen.Int[0, 3000].Array[1, 80].Sample(
            steps =>
            {
                var (window, events, now) = (default(SlidingWindow), new List<TimeSpan>(), TimeSpan.Zero);
                foreach (var step in steps)
                {
                    now += TimeSpan.FromMilliseconds(step);
                    events.Add(now);
                    window = window.Add(new Tally(1, 0, 0), now, Minute);
                    var most = events.Count(at => at + Minute > now);
                    var least = events.Count(at => at + Minute - (Minute / 60) > now);
                    var held = window.Count(now, Minute).Calls;
                    if (held < least || held > most) Assert.Fail($"{held}, not {least} to {most} at {now}");
                }
            },
            iter: 1_000);

    private static SlidingWindow Fill(params (int At, Tally Tally)[] events) =>
        events.Aggregate(default(SlidingWindow), (window, e) => window.Add(e.Tally, TimeSpan.FromSeconds(e.At), Minute));
}
