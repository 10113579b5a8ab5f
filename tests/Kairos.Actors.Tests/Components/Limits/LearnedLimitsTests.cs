using CsCheck;
using Kairos.Classification;
using Kairos.Components;

namespace Kairos.Tests.Components.Limits;

/// <summary>What may be used of limits that the provider tells: pure functions of state, input and time.</summary>
public sealed class LearnedLimitsTests
{
    private static readonly RatePolicy Policy = new() { Learn = true };

    [Fact]
    public void Nothing_is_limited_until_the_provider_has_told_something()
    {
        var buckets = At(0);
        for (var i = 0; i < 1000; i++) buckets = buckets.Take(1e6);

        Assert.Equal(TimeSpan.Zero, buckets.WaitFor(1e9));
    }

    [Fact]
    public void No_more_is_let_through_than_is_left_without_what_is_on_its_way_until_it_is_reset()
    {
        var buckets = At(0).Take(0).Take(0).Told(Requests(100, 3, reset: 30)); // two are under way, and may be counted or not

        Assert.Equal(TimeSpan.Zero, buckets.WaitFor(0));
        buckets = buckets.Take(0);
        Assert.Equal(TimeSpan.FromSeconds(0.1), buckets.WaitFor(0)); // one of three may come back with more than is left
        buckets = buckets.End(TimeSpan.Zero, 0, 0).Told(Requests(100, 0, reset: 30));
        Assert.Equal(TimeSpan.FromSeconds(31), buckets.WaitFor(0)); // a second more, since providers round
        Assert.Equal(TimeSpan.Zero, buckets.AsOf(TimeSpan.FromSeconds(31)).WaitFor(0));
    }

    [Fact]
    public void What_is_told_late_of_more_than_is_left_does_not_count()
    {
        var buckets = At(0).Told(Requests(100, 5, reset: 30)).Told(Requests(100, 90, reset: 30));

        Assert.Equal(5, buckets.Learned!.Requests.Remaining);
        Assert.Equal(90, buckets.AsOf(TimeSpan.FromSeconds(31)).Told(Requests(100, 90, reset: 59)).Learned!.Requests.Remaining);
    }

    [Fact]
    public void A_limit_whose_time_of_being_full_moves_on_is_filled_all_the_time()
    {
        var buckets = At(0).Told(Requests(60, 30, reset: 30));
        Assert.Equal(0, buckets.Learned!.Requests.PerSecond); // taken for a window until it shows

        buckets = buckets.AsOf(TimeSpan.FromSeconds(6)).Told(Requests(60, 30, reset: 30)); // six have been used meanwhile, and six filled in

        Assert.Equal(1, buckets.Learned!.Requests.PerSecond, 6);
        buckets = buckets.Told(Requests(60, 0, reset: 60));
        Assert.Equal(TimeSpan.FromSeconds(1), buckets.WaitFor(0));
        Assert.Equal(TimeSpan.FromSeconds(5), buckets.WaitFor(0, requestsAhead: 4));
    }

    [Fact]
    public void A_limit_whose_reset_stands_still_is_a_window_also_where_it_was_not_before()
    {
        var buckets = At(0).Told(Requests(60, 30, reset: 30)).AsOf(TimeSpan.FromSeconds(6)).Told(Requests(60, 30, reset: 30));
        Assert.True(buckets.Learned!.Requests.PerSecond > 0);

        buckets = buckets.AsOf(TimeSpan.FromSeconds(12)).Told(Requests(60, 10, reset: 24));

        Assert.Equal(0, buckets.Learned!.Requests.PerSecond);
        Assert.Equal(TimeSpan.FromSeconds(25), buckets.Told(Requests(60, 0, reset: 24)).WaitFor(0));
        var rounded = At(0).Told(Requests(60, 30, reset: 30)).AsOf(TimeSpan.FromSeconds(5)).Told(Requests(60, 20, reset: 26)); // 25, and something
        Assert.Equal(0, rounded.Learned!.Requests.PerSecond);
    }

    [Fact]
    public void A_call_whose_answer_told_nothing_is_counted_all_the_same()
    {
        var buckets = At(0).Told(Tokens(1000, 500, reset: 30)).AsOf(TimeSpan.FromSeconds(1)).Take(100);

        Assert.Equal(380, buckets.End(TimeSpan.FromSeconds(1), 100, used: 120).Learned!.Tokens.Remaining);
        Assert.Equal(450, buckets.Told(Tokens(1000, 450, reset: 29)).End(TimeSpan.FromSeconds(1), 100, used: 120).Learned!.Tokens.Remaining);
    }

    [Fact]
    public void A_refusal_all_the_same_leaves_a_part_of_what_is_told_to_others_and_wins_it_back()
    {
        var buckets = At(0).Told(Requests(100, 100, reset: 60)).Refused(takenAt: TimeSpan.Zero);

        for (var i = 0; i < 95; i++)
        {
            Assert.Equal(TimeSpan.Zero, buckets.WaitFor(0));
            buckets = buckets.Take(0);
        }

        Assert.True(buckets.WaitFor(0) > TimeSpan.Zero);
        Assert.Equal(1, buckets.AsOf(TimeSpan.FromSeconds(301)).Pace);
    }

    [Fact]
    public void What_has_never_been_told_the_reset_of_lasts_a_minute()
    {
        var buckets = At(0).Told(new(new ToldLimit(null, 0, null), null));

        Assert.Equal(TimeSpan.FromSeconds(61), buckets.WaitFor(0));
    }

    [Fact]
    public void Who_learns_no_more_forgets_what_was_told_and_who_begins_again_knows_nothing()
    {
        var buckets = At(0).Told(Requests(100, 0, reset: 30)).Take(7);

        Assert.True(buckets.WaitFor(0) > TimeSpan.Zero);
        Assert.Equal(TimeSpan.FromSeconds(31), buckets.Under(Policy with { Queue = 1 }, TimeSpan.Zero).WaitFor(0));
        var forgotten = buckets.Under(Policy with { Learn = false }, TimeSpan.Zero);
        Assert.Equal(TimeSpan.Zero, forgotten.WaitFor(0));
        Assert.Equal(TimeSpan.Zero, forgotten.Under(Policy, TimeSpan.Zero).End(TimeSpan.Zero, 7, 7).WaitFor(0)); // one that it does not know of
    }

    /// <summary>Against either kind of provider, with answers that take their time: it is never asked for more than it has.</summary>
    [Fact]
    public void A_provider_that_has_told_its_limits_is_never_asked_for_more() => Gen.Select(
            Gen.Int[10, 200], Gen.Bool, Gen.Select(Gen.Int[0, 3000], Gen.Int[0, 20_000]).Array[1, 300])
        .Sample((limit, isWindow, asks) =>
        {
            var (now, remaining, refilledAt, windowEnd) = (TimeSpan.Zero, (double)limit, TimeSpan.Zero, TimeSpan.FromSeconds(60));
            var underWay = new PriorityQueue<(TimeSpan TakenAt, ToldLimits Told), TimeSpan>();
            var buckets = At(0).Told(Requests(limit, limit, isWindow ? 60 : 0.001));
            foreach (var (pause, duration) in asks)
            {
                now += TimeSpan.FromMilliseconds(pause);
                while (underWay.TryPeek(out var over, out var at) && at <= now)
                {
                    underWay.Dequeue();
                    buckets = buckets.AsOf(at).End(over.TakenAt, 0, 0);
                }

                buckets = buckets.AsOf(now);
                if (buckets.WaitFor(0) > TimeSpan.Zero) continue;
                Refill();
                Assert.True(remaining >= 1, $"refused at {now} of {limit}, {(isWindow ? "window" : "bucket")}");
                remaining--;
                var told = Requests(limit, Math.Floor(remaining), isWindow ? (windowEnd - now).TotalSeconds : (limit - remaining) / limit * 60);
                buckets = buckets.Take(0).Told(told);
                underWay.Enqueue((now, told), now + TimeSpan.FromMilliseconds(duration));
            }

            void Refill()
            {
                if (!isWindow) remaining = Math.Min(limit, remaining + (limit / 60.0 * (now - refilledAt).TotalSeconds));
                else if (now >= windowEnd)
                {
                    remaining = limit;
                    while (now >= windowEnd) windowEnd += TimeSpan.FromSeconds(60);
                }

                refilledAt = now;
            }
        });

    private static RateBuckets At(double seconds) => RateBuckets.Full(Policy, TimeSpan.FromSeconds(seconds));

    private static ToldLimits Requests(double limit, double remaining, double reset) => new(new ToldLimit(limit, remaining, TimeSpan.FromSeconds(reset)), null);

    private static ToldLimits Tokens(double limit, double remaining, double reset) => new(null, new ToldLimit(limit, remaining, TimeSpan.FromSeconds(reset)));
}
