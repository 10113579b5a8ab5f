using CsCheck;
using static Kairos.Tests.Errors.SampleErrors;

namespace Kairos.Tests.CircuitBreaker;

public class OpenDurationTests
{
    [Fact]
    public void The_nth_opening_in_a_row_lasts_the_base_times_the_growth_to_the_n_minus_1_up_to_the_maximum() =>
        Assert.Equal([30, 60, 120, 240, 300, 300, 300], Durations(BreakerUnderTest.Open(), openings: 7));

    [Fact]
    public void Jitter_still_has_an_effect_at_the_maximum()
    {
        var policy = new BreakerPolicy { OpenJitter = 0.5, OpenGrowth = 100 };
        Assert.Contains(Durations(BreakerUnderTest.Open(policy, seed: 1), openings: 40).Skip(2), seconds => seconds < 250);
    }

    [Fact]
    public void A_growth_of_one_does_not_grow()
    {
        var policy = new BreakerPolicy { OpenGrowth = 1 };
        Assert.Equal([30, 30, 30, 30], Durations(BreakerUnderTest.Open(policy), openings: 4));
    }

    [Fact]
    public void A_growth_that_is_no_whole_number_grows_all_the_same()
    {
        var policy = new BreakerPolicy { OpenGrowth = 1.5, OpenDuration = TimeSpan.FromSeconds(16), OpenMax = TimeSpan.FromSeconds(60) };
        Assert.Equal([16, 24, 36, 54, 60], Durations(BreakerUnderTest.Open(policy), openings: 5));
    }

    [Fact]
    public void Ten_thousand_openings_in_a_row_still_last_the_maximum() =>
        Assert.Equal(300, Durations(BreakerUnderTest.Open(new BreakerPolicy { OpenGrowth = 100 }), openings: 10_000)[^1]);

    [Fact]
    public void A_closing_by_successes_begins_anew()
    {
        var breaker = BreakerUnderTest.Open();
        Durations(breaker, openings: 3);
        breaker.At(breaker.OpenUntil).Succeed(times: 2).Fail(times: 5);
        Assert.Equal(30, Left(breaker));
    }

    [Fact]
    public void A_closing_by_hand_begins_anew()
    {
        var breaker = BreakerUnderTest.Open();
        Durations(breaker, openings: 3);
        Assert.Equal(30, Left(breaker.Reset().Fail(times: 5)));
    }

    [Fact]
    public void A_probe_call_that_hangs_makes_the_next_opening_longer_as_one_that_fails_does()
    {
        var breaker = BreakerUnderTest.HalfOpen();
        breaker.Admit();
        breaker.At(90).Tick();
        Assert.Equal(60, breaker.OpenUntil - breaker.Since);
    }

    [Fact]
    public void A_gate_in_between_does_not_make_the_next_opening_longer()
    {
        var breaker = BreakerUnderTest.HalfOpen();                 // after the first opening
        breaker.Fail(Gating(10)).At(40).Fail(Gating(10)).At(50);   // two gates, and half-open again
        Assert.Equal(60, Left(breaker.Fail()));                    // the second by the rules
    }

    [Fact]
    public void A_trip_in_between_lasts_as_the_last_opening_did_and_does_not_make_the_next_one_longer()
    {
        var breaker = BreakerUnderTest.HalfOpen().Fail();          // the second opening, 60 s
        Assert.Equal(60, Left(breaker.At(breaker.OpenUntil).Fail(Tripping())));
        Assert.Equal(60, Left(breaker.At(breaker.OpenUntil).Fail(Tripping())));
        Assert.Equal(120, Left(breaker.At(breaker.OpenUntil).Fail()));
    }

    [Fact]
    public void A_gate_or_a_trip_of_a_closed_circuit_is_no_first_opening()
    {
        foreach (var error in new[] { Gating(30), Tripping() })
        {
            var breaker = BreakerUnderTest.Closed().Fail(error);
            Assert.Equal(30, Left(breaker.At(30).Fail()));         // a failed probe: the first opening by a rule
            Assert.Equal(60, Left(breaker.At(60).Fail()));
        }
    }

    [Fact]
    public void A_deadline_that_was_extended_does_not_make_the_next_opening_longer()
    {
        var breaker = BreakerUnderTest.Open().Fail(Counted(retryAfter: 200));
        Assert.Equal(60, Left(breaker.At(200).Fail()));
    }

    [Fact]
    public void Lasts_exactly_what_the_policy_says_to_the_millisecond() =>
        Gen.Int[1, 100_000].Sample(
            milliseconds =>
            {
                var expected = TimeSpan.FromMilliseconds(milliseconds);
                Assert.Equal(expected, BreakerUnderTest.Open(new BreakerPolicy { OpenDuration = expected }).State.OpenUntil);
            },
            iter: 2_000);

    [Fact]
    public void Jitter_stays_within_its_bounds_and_uses_them() => Gen.Double[0.01, 1].Sample(
        jitter =>
        {
            var policy = new BreakerPolicy { OpenJitter = jitter };
            var lasted = Enumerable.Range(0, 200).Select(seed => BreakerUnderTest.Open(policy, (ulong)seed).OpenUntil).ToList();
            Assert.All(lasted, seconds => Assert.InRange(seconds, 30 * (1 - jitter) - 1e-6, 30 * (1 + jitter) + 1e-6));
            Assert.True(lasted.Min() < 30 * (1 - (0.8 * jitter)), "none is much shorter");
            Assert.True(lasted.Max() > 30 * (1 + (0.8 * jitter)), "none is much longer");
            Assert.InRange(lasted.Average(), 30 * (1 - (0.25 * jitter)), 30 * (1 + (0.25 * jitter)));
        },
        iter: 100);

    [Fact]
    public void Jitter_never_exceeds_the_maximum()
    {
        var policy = new BreakerPolicy { OpenJitter = 1, OpenMax = TimeSpan.FromSeconds(40) };
        for (var seed = 0UL; seed < 200; seed++)
            Assert.All(Durations(BreakerUnderTest.Open(policy, seed), openings: 4), seconds => Assert.InRange(seconds, 0, 40));
    }

    [Fact]
    public void Jitter_does_not_pile_up_at_the_maximum()
    {
        var policy = new BreakerPolicy { OpenJitter = 0.5, OpenMax = TimeSpan.FromSeconds(30) };
        var lasted = Enumerable.Range(0, 400).Select(seed => Math.Round(BreakerUnderTest.Open(policy, (ulong)seed).OpenUntil, 6)).ToList();
        Assert.True(lasted.Distinct().Count() > 390, "many wait for the same time");
        Assert.InRange(lasted.Count(seconds => seconds > 22.5), 150, 250);
    }

    [Fact]
    public void Jitter_differs_from_opening_to_opening_and_from_seed_to_seed_and_is_the_same_for_the_same_seed()
    {
        var policy = new BreakerPolicy { OpenJitter = 0.5, OpenGrowth = 1 };
        var first = Durations(BreakerUnderTest.Open(policy, seed: 1), openings: 20);
        Assert.Equal(20, first.Distinct().Count());
        Assert.Equal(first, Durations(BreakerUnderTest.Open(policy, seed: 1), openings: 20));
        Assert.Empty(first.Intersect(Durations(BreakerUnderTest.Open(policy, seed: 2), openings: 20)));
    }

    [Fact]
    public void Jitter_comes_from_the_published_generator()
    {
        // The first outputs of SplitMix64 from the seed 0. At a share of 1 an opening lasts between nothing and twice its duration.
        ulong[] published = [0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F, 0xF88BB8A8724C81EC];
        var policy = new BreakerPolicy { OpenDuration = TimeSpan.FromDays(1000), OpenGrowth = 1, OpenJitter = 1, OpenMax = TimeSpan.FromDays(3000) };
        var lasted = Durations(BreakerUnderTest.Open(policy), openings: published.Length);
        foreach (var (output, seconds) in published.Zip(lasted))
            Assert.Equal(output / Math.Pow(2, 64), seconds / TimeSpan.FromDays(2000).TotalSeconds, 1e-12);
    }

    /// <summary>How long each of several openings in a row lasts, the present one first; each probe fails at once.</summary>
    private static List<double> Durations(BreakerUnderTest breaker, int openings)
    {
        var durations = new List<double> { breaker.OpenUntil - breaker.Since };
        while (durations.Count < openings)
        {
            breaker.At(breaker.OpenUntil).Fail();
            durations.Add(Math.Round(breaker.OpenUntil - breaker.Since, 6));
        }

        return durations;
    }

    private static double Left(BreakerUnderTest breaker) => breaker.OpenUntil - breaker.Since;
}
