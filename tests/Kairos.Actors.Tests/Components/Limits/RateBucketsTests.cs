using CsCheck;
using Kairos.Components;

namespace Kairos.Tests.Components.Limits;

/// <summary>What may be used when: pure functions of policy, state, input and time.</summary>
public sealed class RateBucketsTests
{
    private static readonly RatePolicy Policy = new() { Requests = 60, Tokens = 6000, Burst = TimeSpan.FromSeconds(5) };

    [Fact]
    public void What_was_not_used_is_saved_up_for_the_burst_and_no_longer()
    {
        var buckets = RateBuckets.Full(Policy, TimeSpan.Zero);
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(TimeSpan.Zero, buckets.WaitFor(100));
            buckets = buckets.Take(100);
        }

        Assert.Equal(TimeSpan.FromSeconds(1), buckets.WaitFor(100));
        Assert.Equal(TimeSpan.FromSeconds(1), buckets.WaitFor(0));
        Assert.Equal(TimeSpan.FromSeconds(3), buckets.WaitFor(100, requestsAhead: 2, tokensAhead: 200));
        var (full, later) = (RateBuckets.Full(Policy, default), buckets.AsOf(TimeSpan.FromHours(1)));
        Assert.Equal((full.Requests, full.Tokens), (later.Requests, later.Tokens));
    }

    [Fact]
    public void A_request_larger_than_the_burst_is_let_through_by_a_full_bucket_which_then_owes()
    {
        var buckets = RateBuckets.Full(Policy, TimeSpan.Zero);
        Assert.Equal(TimeSpan.Zero, buckets.WaitFor(2000));

        buckets = buckets.Take(2000);

        Assert.Equal(TimeSpan.FromSeconds(16), buckets.WaitFor(100)); // 1500 are owed, and 100 wanted
        Assert.Equal(TimeSpan.FromSeconds(20), buckets.WaitFor(2000));
        Assert.True(RateBuckets.CanEverHold(Policy, 6000));
        Assert.False(RateBuckets.CanEverHold(Policy, 6001));
    }

    [Fact]
    public void What_an_answer_used_beyond_its_estimate_is_owed_and_what_it_left_is_given_back()
    {
        var buckets = RateBuckets.Full(Policy, TimeSpan.Zero).Take(500);
        Assert.Equal(TimeSpan.FromSeconds(4), buckets.End(default, 0, 300).WaitFor(100));
        Assert.Equal(TimeSpan.Zero, buckets.End(default, 0, -100).WaitFor(100));
        Assert.Equal(500, buckets.End(default, 0, -10_000).Tokens.Level);
        Assert.Equal(RateBuckets.Full(Policy, TimeSpan.Zero), buckets.Return(500));
    }

    [Fact]
    public void Where_nothing_is_limited_nothing_is_waited_for()
    {
        var buckets = RateBuckets.Full(new RatePolicy { Requests = 1 }, TimeSpan.Zero);
        Assert.Equal(TimeSpan.Zero, buckets.End(default, 0, 1e12).WaitFor(1e12));
        Assert.Equal(TimeSpan.FromMinutes(1), buckets.Take(1e12).WaitFor(1e12));
    }

    [Fact]
    public void After_a_refusal_the_pace_is_a_twentieth_lower_and_is_won_back_within_five_times_the_limits_time()
    {
        var refused = RateBuckets.Full(Policy, TimeSpan.FromSeconds(10)).Refused(takenAt: TimeSpan.FromSeconds(9));

        Assert.Equal((0.95, 0.0, 0.0), (refused.Pace, refused.Requests.Level, refused.Tokens.Level));
        Assert.Equal(0.95, refused.Refused(takenAt: TimeSpan.FromSeconds(10)).Pace); // was under way when the pace was lowered
        Assert.Equal(0.9025, refused.AsOf(TimeSpan.FromSeconds(10)).Refused(takenAt: TimeSpan.FromSeconds(11)).Pace, 12);
        Assert.Equal(0.975, refused.AsOf(TimeSpan.FromSeconds(160)).Pace, 12);
        Assert.Equal(1, refused.AsOf(TimeSpan.FromSeconds(311)).Pace);
        var pace = refused;
        for (var i = 0; i < 100; i++) pace = pace.Refused(takenAt: TimeSpan.MaxValue);
        Assert.Equal(0.1, pace.Pace); // and never less
    }

    [Fact]
    public void Another_policy_keeps_what_is_owed_and_a_new_limit_begins_full()
    {
        var buckets = RateBuckets.Full(Policy, TimeSpan.Zero).Take(2000);
        var next = buckets.Under(new RatePolicy { Requests = 600, Tokens = 60_000 }, TimeSpan.FromSeconds(5));
        Assert.Equal((5, -1000), (next.Requests.Level, next.Tokens.Level));
        Assert.Equal(0.95, buckets.Refused(TimeSpan.Zero).Under(Policy, TimeSpan.Zero).Pace);
        var bare = buckets.Under(new RatePolicy { Requests = 60 }, TimeSpan.Zero);
        Assert.Equal(TimeSpan.Zero, bare.Return(0).WaitFor(1e9));
        Assert.Equal(1000, bare.Under(Policy with { Tokens = 60_000, Burst = TimeSpan.FromSeconds(1) }, TimeSpan.Zero).Tokens.Level);
    }

    /// <summary>Whatever is asked when: over any time no more is let through than the limit, one burst, and one request.</summary>
    [Fact]
    public void Never_more_is_used_than_the_limit_a_burst_and_a_request() => Gen.Select(
            Gen.Int[1, 1000], Gen.Int[1, 100_000], Gen.Int[0, 60], Gen.Select(Gen.Int[0, 5000], Gen.Int[1, 3000]).Array[1, 200])
        .Sample((requests, tokens, burst, asks) =>
        {
            var policy = new RatePolicy { Requests = requests, Tokens = tokens, Burst = TimeSpan.FromSeconds(burst) };
            var buckets = RateBuckets.Full(policy, TimeSpan.Zero);
            var let = new List<(TimeSpan At, int Tokens)>();
            foreach (var (pause, size) in asks)
            {
                buckets = buckets.AsOf(buckets.At + TimeSpan.FromMilliseconds(pause));
                if (buckets.WaitFor(size) > TimeSpan.Zero) continue;
                buckets = buckets.Take(size);
                let.Add((buckets.At, size));
            }

            for (var from = 0; from < let.Count; from++)
            {
                var (count, sum) = (0, 0L);
                for (var to = from; to < let.Count; to++)
                {
                    count++;
                    sum += let[to].Tokens;
                    var minutes = burst / 60.0 + (let[to].At - let[from].At).TotalMinutes;
                    Assert.True(count <= (requests * minutes) + 1 + 1e-3, $"{count} requests in {minutes} min");
                    Assert.True(sum <= (tokens * minutes) + let[to].Tokens + 1e-3 * count, $"{sum} tokens in {minutes} min");
                }
            }
        });

    /// <summary>What it says to wait is enough, and nothing less is.</summary>
    [Fact]
    public void The_wait_is_exact_while_the_pace_is_whole() => Gen.Select(Gen.Int[1, 1000], Gen.Int[1, 100_000], Gen.Int[0, 60], Gen.Int[1, 3000].Array[1, 20])
        .Sample((requests, tokens, burst, sizes) =>
        {
            var buckets = RateBuckets.Full(new RatePolicy { Requests = requests, Tokens = tokens, Burst = TimeSpan.FromSeconds(burst) }, TimeSpan.Zero);
            foreach (var size in sizes)
            {
                var wait = buckets.WaitFor(size);
                if (wait > TimeSpan.FromMilliseconds(1))
                    Assert.NotEqual(TimeSpan.Zero, buckets.AsOf(buckets.At + wait - TimeSpan.FromMilliseconds(1)).WaitFor(size));
                buckets = buckets.AsOf(buckets.At + wait);
                Assert.Equal(TimeSpan.Zero, buckets.WaitFor(size));
                buckets = buckets.Take(size);
            }
        });

    /// <summary>Time may be looked at as often as one likes.</summary>
    [Fact]
    public void Two_steps_in_time_are_as_good_as_one() => Gen.Select(Gen.Int[1, 1000], Gen.Int[0, 20], Gen.Int[0, 200_000], Gen.Int[0, 200_000])
        .Sample((requests, refusals, first, second) =>
        {
            var buckets = RateBuckets.Full(new RatePolicy { Requests = requests, Burst = TimeSpan.FromSeconds(60) }, TimeSpan.Zero).Take(0).Take(0);
            for (var i = 0; i < refusals; i++) buckets = buckets.Refused(TimeSpan.FromSeconds(i + 1));
            var (middle, end) = (TimeSpan.FromMilliseconds(first), TimeSpan.FromMilliseconds(first + second));

            var (once, twice) = (buckets.AsOf(end), buckets.AsOf(middle).AsOf(end));

            Assert.Equal(once.Pace, twice.Pace, tolerance: 1e-9);
            Assert.Equal(once.Requests.Level, twice.Requests.Level, tolerance: 1e-6);
        });
}
