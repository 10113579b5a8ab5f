using System.Globalization;
using System.Text.RegularExpressions;
using Kairos.TestUtilities;
using Xunit.Abstractions;

namespace Kairos.Tests.Components.Limits;

/// <summary>
/// Limits that find themselves, side by side: 300 callers, a callee that works on 40 calls at a time, then on 20, then on 40 again. What Netflix' and failsafe-go's
/// do is modelled after what they publish. The figures stand in docs/limits.md.
/// </summary>
public sealed class LimitSimulationTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly AdaptivePolicy Policy = new();
    private static readonly double[] Spreads = [0.1, 0.5, 0.8];

    private static readonly Dictionary<string, Func<ILimitModel>> Models = new()
    {
        ["adaptive"] = () => new AdaptiveModel(Policy),
        ["failsafe-go"] = () => new FailsafeModel(),
        ["Gradient2"] = () => new Gradient2Model(),
        ["Vegas"] = () => new VegasModel(seed: 1),
        ["40"] = () => new FixedModel(40),
        ["200"] = () => new FixedModel(200),
    };

    [Fact]
    public void Where_calls_queue_it_finds_the_knee_and_follows_it()
    {
        var results = Models.ToDictionary(model => model.Key, model => Halving(model.Key, new QueueingServer(model.Value(), callers: 300)));

        var (full, half, again) = results["adaptive"];
        Assert.InRange(full.PerSecond, 0.85 * 40, 41);
        Assert.InRange(full.Latency, 0.95, 1.15);
        Assert.InRange(half.PerSecond, 0.85 * 20, 21);
        Assert.InRange(half.Latency, 0.95, 1.25);
        Assert.InRange(again.PerSecond, 0.85 * 40, 41);
        Assert.InRange(again.Latency, 0.95, 1.15);

        // More calls are paid for with time, and less time with calls: nobody has both, but the one who knows the capacity, as long as that holds.
        Assert.All(results.Where(result => result.Key is not ("adaptive" or "40")), other => Assert.True(Power(other.Value) < 0.9 * Power(results["adaptive"]), other.Key));
        Assert.True(results["40"].Half.Latency > 1.5 * half.Latency);
        AssertDocumented(results, "wait at the callee", phase => phase.Latency);
    }

    [Fact]
    public void Where_calls_are_refused_hardly_any_is_and_nearly_all_capacity_is_used()
    {
        var results = Models.ToDictionary(model => model.Key, model => Halving(model.Key, new QueueingServer(model.Value(), callers: 300) { Line = 0 }));

        var (full, half, again) = results["adaptive"];
        Assert.InRange(full.PerSecond, 0.9 * 40, 41);
        Assert.InRange(half.PerSecond, 0.9 * 20, 21);
        Assert.InRange(again.PerSecond, 0.85 * 40, 41);
        Assert.All([full, half, again], phase => Assert.InRange(phase.RefusedShare, 0, 0.02));
        Assert.True(results["failsafe-go"].Full.RefusedShare > 0.5); // it looks at times only, and what is refused takes none
        Assert.True(results["Gradient2"].Full.RefusedShare > 0.5);
        Assert.InRange(results["Vegas"].Full.PerSecond, 1, 20);
        Assert.True(results["40"].Half.RefusedShare > 0.5);
        AssertDocumented(results, "refused by the callee", phase => phase.RefusedShare * 100);
    }

    /// <summary>A naive rule would shrink for ever: answers three times as long are no queue.</summary>
    [Fact]
    public void Longer_answers_cost_it_a_moment()
    {
        foreach (var (name, model) in Models)
        {
            var server = new QueueingServer(model(), callers: 300);
            server.Run(5 * Minute);
            server.Seconds = 3;
            var (first, then) = (server.Run(2 * Minute), server.Run(10 * Minute));

            output.WriteLine($"{name}: {first}; then {then}");
            if (name != "adaptive") continue;
            Assert.InRange(first.PerSecond, 0.75 * 40 / 3, 41 / 3.0);
            Assert.InRange(then.PerSecond, 0.85 * 40 / 3, 41 / 3.0);
            Assert.InRange(then.Latency, 2.85, 3.5);
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(10)]
    [InlineData(40)]
    [InlineData(100)]
    public void It_finds_the_knee_of_small_and_large_callees_however_their_answers_vary(int capacity)
    {
        foreach (var (spread, seed) in from spread in Spreads from seed in Enumerable.Range(1, 5) select (spread, seed))
        {
            var server = new QueueingServer(new AdaptiveModel(Policy), callers: 300, seed) { Capacity = capacity, Spread = spread };
            server.Run(10 * Minute);
            var found = server.Run(30 * Minute);

            output.WriteLine($"{capacity} at a time, spread {spread}: {found}");
            Assert.InRange(found.PerSecond, 0.75 * capacity, 1.03 * capacity);
            Assert.InRange(found.Limit, 0.75 * capacity, 1.5 * capacity);
            Assert.InRange(found.Latency, 0.9, capacity == 2 ? 1.8 : 1.5);
            Assert.InRange(server.Excess, int.MinValue, 0);
        }
    }

    [Fact]
    public void It_does_not_shrink_where_nobody_queues()
    {
        var model = new AdaptiveModel(Policy);
        var server = new QueueingServer(model, callers: 15) { Capacity = 1000, Spread = 0.8 };
        var all = server.Run(60 * Minute);

        Assert.InRange(model.Limit, 15, 37); // twice what is used, and a quarter more where it was growing fast
        Assert.InRange(all.PerSecond, 0.97 * 15, 15.5);
        server.Seconds = 4;
        Assert.InRange(server.Run(60 * Minute).PerSecond, 0.95 * 15 / 4, 1.03 * 15 / 4);
    }

    /// <summary>The law of all that increases by one and decreases by a share: it stays at the root of what is between two errors.</summary>
    [Theory]
    [InlineData(0.01, 25, 40)]
    [InlineData(0.001, 80, 120)]
    public void Errors_that_have_nothing_to_do_with_concurrency_keep_it_low(double share, double least, double most)
    {
        var server = new QueueingServer(new AdaptiveModel(Policy), callers: 300) { Capacity = 1000, Trouble = share };
        server.Run(10 * Minute);
        Assert.InRange(server.Run(60 * Minute).Limit, least, most);
    }

    /// <summary>It may halve while a decrease is tried, which then seems not to help.</summary>
    [Fact]
    public void It_follows_at_whatever_moment_the_capacity_halves()
    {
        var worst = 0.0;
        for (var moment = 0; moment < 100; moment++)
        {
            var server = new QueueingServer(new AdaptiveModel(Policy), callers: 300, seed: moment) { Capacity = 40 };
            server.Run((5 * Minute) + TimeSpan.FromMilliseconds(130 * moment));
            server.Capacity = 20;
            server.Run(Minute);
            var half = server.Run(3 * Minute);

            worst = Math.Max(worst, half.Latency);
            Assert.InRange(half.PerSecond, 0.75 * 20, 21);
        }

        output.WriteLine(FormattableString.Invariant($"{worst:0.00} s at worst"));
        Assert.InRange(worst, 1, 1.3);
    }

    private (Measured Full, Measured Half, Measured Again) Halving(string name, QueueingServer server)
    {
        var full = server.Run(10 * Minute);
        server.Capacity = 20;
        var half = server.Run(5 * Minute);
        server.Capacity = 40;
        var again = server.Run(5 * Minute);
        output.WriteLine($"{name}: {full} | {half} | {again}");
        return (full, half, again);
    }

    /// <summary>The table of docs/limits.md behind some words has these figures, up to a tenth.</summary>
    private static void AssertDocumented(
        Dictionary<string, (Measured Full, Measured Half, Measured Again)> results, string words, Func<Measured, double> second)
    {
        var text = File.ReadAllText(Repository.PathOf("docs/limits.md"));
        var table = text[text.IndexOf(words, StringComparison.Ordinal)..];
        foreach (var (name, (full, half, again)) in results)
        {
            var row = Regex.Match(table, $@"^\| `?{name}`? \|(.*)$", RegexOptions.Multiline).Groups[1].Value;
            double[] written = [.. Regex.Matches(row, @"\d+\.\d+").Select(number => double.Parse(number.Value, CultureInfo.InvariantCulture))];
            double[] measured = [full.PerSecond, second(full), half.PerSecond, second(half), again.PerSecond, second(again)];
            Assert.Equal(measured.Length, written.Length);
            Assert.All(measured.Zip(written), pair => Assert.True(Math.Abs(pair.First - pair.Second) <= Math.Max(0.3, pair.Second / 10), $"{name}: {pair} in {row}"));
        }
    }

    /// <summary>Kleinrock's power, calls per second by the time that each takes, of all phases.</summary>
    private static double Power((Measured Full, Measured Half, Measured Again) phases) =>
        new[] { phases.Full, phases.Half, phases.Again }.Sum(phase => phase.PerSecond / phase.Latency);
}
