using Kairos.Benchmarks.Results;

namespace Kairos.Benchmarks.Tests.Results;

public sealed class EarlierTests
{
    private static readonly ResultLine[] Now =
    [
        new("closed.vs-polly", 0.06),
        new("closed.vs-lock", 0.6),
        new("report.throughput", 800, "reports/s"),
        new("closed.vs-polly.bytes", 24, "B"),
    ];

    [Fact]
    public void Names_the_lines_that_got_worse_with_both_values()
    {
        var earlier = new Earlier(["ratio closed.vs-polly 0.05", "ratio closed.vs-lock 0.6", "figure report.throughput 1000 reports/s", "figure closed.vs-polly.bytes 0 B"]);

        Assert.Equal(
            ["worse closed.vs-polly 0.06 was 0.05", "worse report.throughput 800 was 1000", "worse closed.vs-polly.bytes 24 was 0"],
            earlier.WorseIn(Now, ExpectationOf).Select(regression => regression.ToString()));
    }

    [Fact]
    public void What_was_not_measured_then_is_not_worse()
    {
        var earlier = new Earlier(["ratio closed.vs-lock 0.1 of something else", "machine: 2 cores", "ratio full.vs-polly 0.1"]);

        Assert.Empty(earlier.WorseIn(Now, ExpectationOf));
        Assert.Equal(1, earlier.Count);
    }

    [Fact]
    public void Another_unit_is_another_thing() =>
        Assert.Empty(new Earlier(["figure report.throughput 1000000 reports/min"]).WorseIn(Now, ExpectationOf));

    [Fact]
    public void Of_a_name_that_stands_there_twice_the_last_counts() =>
        Assert.Empty(new Earlier(["ratio closed.vs-polly 0.01", "ratio closed.vs-polly 0.06"]).WorseIn(Now, ExpectationOf));

    private static Expectation ExpectationOf(string name) => name switch
    {
        "report.throughput" => new Expectation(name) { MoreIsBetter = true },
        "closed.vs-polly.bytes" => Expectation.Bytes("closed.vs-polly"),
        _ => new Expectation(name),
    };
}
