using CsCheck;
using Kairos.Components;

namespace Kairos.Tests.Components.Limits;

/// <summary>When a limit grows, and when it is lowered: pure functions of policy, state, input and time.</summary>
public sealed class AdaptiveLimitTests
{
    private static readonly AdaptivePolicy Policy = new() { Floor = 2, Ceiling = 100, Initial = 20 };

    [Fact]
    public void It_grows_by_a_quarter_for_each_window_until_something_speaks_against_that_and_by_one_then()
    {
        var limit = new Driven(Policy);
        limit.Answer(19, seconds: 1);
        Assert.Equal(20, limit.Value);
        limit.Answer(1, seconds: 1);
        Assert.Equal(25, limit.Value);
        limit.Answer(25, seconds: 1);
        Assert.Equal(31, limit.Value);

        limit.Refuse();
        Assert.Equal(28, limit.Value);
        limit.Answer(29, seconds: 1);
        Assert.Equal(29, limit.Value);
        for (var i = 0; i < 100; i++) limit.Answer(100, seconds: 1);
        Assert.Equal(100, limit.Value); // and never higher
    }

    [Fact]
    public void It_does_not_grow_where_less_than_half_of_it_is_used()
    {
        var limit = new Driven(Policy);
        for (var i = 0; i < 10; i++) limit.Answer(20, seconds: 1, inFlight: 9);
        Assert.Equal(20, limit.Value);

        limit.Answer(19, seconds: 1, inFlight: 9);
        limit.Answer(1, seconds: 1, inFlight: 10);
        Assert.Equal(25, limit.Value);
    }

    [Fact]
    public void Overload_takes_a_tenth_once_for_all_calls_that_had_begun_before()
    {
        var limit = new Driven(Policy);
        limit.Refuse(seconds: 1);
        Assert.Equal(18, limit.Value);
        for (var i = 0; i < 5; i++) limit.Refuse(seconds: 1, wait: 0.1); // they had begun before
        Assert.Equal(18, limit.Value);

        limit.Refuse(seconds: 0.1, wait: 0.2);
        Assert.Equal(16, limit.Value); // 16.2
        for (var i = 0; i < 100; i++) limit.Refuse(seconds: 0.1, wait: 0.2);
        Assert.Equal(2, limit.Value); // and never lower
    }

    [Fact]
    public void What_began_under_another_limit_is_not_judged()
    {
        var limit = new Driven(Policy);
        limit.Answer(20, seconds: 1);
        Assert.Equal(25, limit.Value);

        limit.Answer(100, seconds: 10, wait: 0.05);
        Assert.Equal(25, limit.Value);
        Assert.Equal(0, limit.State.Window.Calls);
    }

    [Fact]
    public void Latency_that_grows_takes_away_what_waits_and_stays_lowered_where_that_helps()
    {
        var limit = new Driven(Policy).Settled(at: 40);

        limit.Answer(41, seconds: 1.4);
        Assert.Equal(27, limit.Value); // 41 / 1.4, and a twentieth less
        limit.Answer(28, seconds: 1);

        Assert.Equal(27, limit.Value);
        Assert.Null(limit.State.Trial);
        limit.Answer(28, seconds: 1);
        Assert.Equal(28, limit.Value);
    }

    [Fact]
    public void A_decrease_that_does_not_help_is_taken_back_and_the_latency_is_the_baseline()
    {
        var limit = new Driven(Policy).Settled(at: 40);
        limit.Answer(41, seconds: 3);
        Assert.Equal(20, limit.Value); // half of it at most

        limit.Answer(21, seconds: 2.9);

        Assert.Equal(40, limit.Value);
        Assert.Equal(Math.Log(2900), limit.State.Baseline, 9);
        Assert.True(limit.State.IsSearching); // somebody else may have slowed it down at the same time
        limit.Answer(41, seconds: 2.9);
        Assert.Equal(50, limit.Value);
    }

    /// <summary>Where the capacity falls while a decrease is tried, that seems not to help, and the baseline is wrong.</summary>
    [Fact]
    public void A_decrease_that_was_taken_back_wrongly_is_made_up_for()
    {
        var limit = new Driven(Policy).Settled(at: 40);
        limit.Answer(41, seconds: 1.4);
        limit.Answer(28, seconds: 2.7); // ten are worked on at a time now
        Assert.Equal(40, limit.Value);

        for (var i = 0; i < 12; i++) limit.Answer(100, limit.Value / 10.0 < 1 ? 1 : limit.Value / 10.0);

        Assert.InRange(limit.Value, 9, 14);
    }

    [Fact]
    public void Latency_that_grows_no_more_than_chance_would_have_it_is_nothing()
    {
        var limit = new Driven(Policy).Settled(at: 40);
        limit.Answer(41, seconds: 1.24);
        Assert.Equal(41, limit.Value); // less than a quarter

        double[] scattered = [0.1, 20]; // their geometric mean has grown by 41 %, but they scatter far more; their mean has grown tenfold
        for (var i = 0; i < 42; i++) limit.Answer(1, scattered[i % 2]);
        Assert.Equal(42, limit.Value);
    }

    [Fact]
    public void A_baseline_that_was_too_high_falls_and_one_that_nobody_queues_for_follows()
    {
        var limit = new Driven(Policy).Settled(at: 40);
        limit.Answer(41, seconds: 0.5);
        Assert.Equal(Math.Log(1000) + (0.3 * Math.Log(0.5)), limit.State.Baseline, 9);

        limit = new Driven(Policy).Settled(at: 40);
        for (var i = 0; i < 50; i++) limit.Answer(41, seconds: 5, inFlight: 10);
        Assert.Equal(40, limit.Value);
        Assert.Equal(Math.Log(5000), limit.State.Baseline, 3);
    }

    [Fact]
    public void One_that_begins_far_too_high_is_halved_as_long_as_that_costs_no_throughput()
    {
        var limit = new Driven(Policy with { Initial = 64 });
        double Latency() => Math.Max(1, limit.Value / 8.0); // eight are worked on at a time
        limit.Answer(64, Latency());
        Assert.Equal(80, limit.Value);
        for (var i = 0; i < 5; i++) limit.Answer(80, Latency());

        Assert.InRange(limit.Value, 7, 9);
        Assert.False(limit.State.IsSearching);
        Assert.Equal(Math.Log(1000), limit.State.Baseline, 9);
    }

    [Fact]
    public void At_the_floor_latency_is_what_it_is()
    {
        var policy = Policy with { Floor = 20, Initial = 20 };
        var limit = new Driven(policy);
        limit.Refuse();
        limit.Answer(20, seconds: 1, inFlight: 20);
        Assert.Equal(21, limit.Value);
        for (var i = 0; i < 4; i++) limit.Answer(21, seconds: 2 + i);

        Assert.InRange(limit.Value, 20, 22);
    }

    [Fact]
    public void New_bounds_hold_at_once_and_what_ran_before_is_not_judged_where_they_moved_it()
    {
        var limit = new Driven(Policy).Settled(at: 40).State;
        Assert.Equal(limit, limit.Under(Policy with { Ceiling = 1000 }, TimeSpan.FromDays(1)));

        var lower = limit.Under(Policy with { Ceiling = 10 }, TimeSpan.FromDays(1));
        Assert.Equal((10, TimeSpan.FromDays(1), limit.Baseline), (lower.Value, lower.Window.Since, lower.Baseline));
        Assert.Equal(70, limit.Under(Policy with { Floor = 70 }, TimeSpan.Zero).Value);
        Assert.Equal(100, AdaptiveLimit.Begin(Policy with { Initial = 500 }, TimeSpan.Zero).Value);
        Assert.Equal(2, AdaptiveLimit.Begin(Policy with { Initial = 1 }, TimeSpan.Zero).Value);
    }

    /// <summary>Whatever comes: the limit stays within its bounds, grows by no more than the rule says, and falls by no more than half.</summary>
    [Fact]
    public void Never_below_the_floor_nor_above_the_ceiling() => Gen.Select(
            Gen.Int[1, 50], Gen.Int[0, 200], Gen.Int[1, 300], Gen.Select(Gen.Double[0, 100], Gen.Int[0, 19], Gen.Int[1, 300]).Array[0, 2000])
        .Sample((floor, more, initial, calls) =>
        {
            var policy = new AdaptivePolicy { Floor = floor, Ceiling = floor + more, Initial = initial };
            var (limit, now) = (AdaptiveLimit.Begin(policy, TimeSpan.Zero), TimeSpan.Zero);
            foreach (var (seconds, kind, inFlight) in calls)
            {
                now += TimeSpan.FromSeconds(seconds);
                var before = limit;
                limit = limit.Ended(policy, TimeSpan.FromSeconds(kind is 1 ? 0 : seconds / 2), kind == 0, inFlight, now);
                Assert.InRange(limit.Value, policy.Floor, policy.Ceiling);
                Assert.InRange(limit.Limit, Math.Min(policy.Ceiling, before.Limit / 2) - 1e-9, Math.Max(before.Limit * 2, before.Limit + 1) + 1e-9);
                Assert.False(kind == 0 && limit.Limit > before.Limit, "overload has raised it");
            }
        });

    /// <summary>A limit under calls of a test's choice, which follow each other.</summary>
    private sealed class Driven(AdaptivePolicy policy)
    {
        private TimeSpan _now;

        public AdaptiveLimit State { get; private set; } = AdaptiveLimit.Begin(policy, TimeSpan.Zero);

        public int Value => State.Value;

        /// <summary>So many answers, one after the other.</summary>
        /// <param name="count">How many.</param>
        /// <param name="seconds">How long each takes.</param>
        /// <param name="inFlight">How many run meanwhile; the limit where none is given.</param>
        /// <param name="wait">How much time passes before each; as long as it takes where none is given.</param>
        public void Answer(int count, double seconds, int? inFlight = null, double? wait = null)
        {
            for (var (i, begun) = (0, State.Window.Since); i < count; i++)
            {
                if (State.Window.Since != begun && inFlight is null && wait is null && i > 0) return; // the window has been judged
                End(seconds, false, inFlight ?? Value, wait);
            }
        }

        public void Refuse(double seconds = 0.02, double? wait = null) => End(seconds, true, Value, wait);

        /// <summary>At a limit, with answers that take a second.</summary>
        public Driven Settled(int at)
        {
            State = new AdaptiveLimit(at, Math.Log(1000), false, null, LoadWindow.From(_now));
            return this;
        }

        private void End(double seconds, bool isOverload, int inFlight, double? wait)
        {
            _now += TimeSpan.FromSeconds(wait ?? seconds);
            State = State.Ended(policy, TimeSpan.FromSeconds(seconds), isOverload, inFlight, _now);
        }
    }
}
