using Kairos.Benchmarks.Results;

namespace Kairos.Benchmarks.Tests.Results;

public sealed class ExpectationTests
{
    [Theory]
    [InlineData(0.10, true)]
    [InlineData(0.09, true)]
    [InlineData(0.11, false)]
    public void Limit_is_the_most_that_a_value_may_be(double value, bool kept) =>
        Assert.Equal(kept, new Expectation("closed.vs-polly", 0.10).IsKept(value));

    [Fact]
    public void Limit_is_the_least_where_more_is_better()
    {
        var throughput = new Expectation("report.vs-tell", 0.3) { MoreIsBetter = true };

        Assert.Equal((true, false), (throughput.IsKept(0.31), throughput.IsKept(0.29)));
    }

    [Fact]
    public void Nothing_is_kept_where_there_is_no_limit() => Assert.Null(new Expectation("full.vs-polly").IsKept(7));

    [Theory]
    [InlineData(0.50, 0.56, true)]
    [InlineData(0.50, 0.54, false)]
    [InlineData(0.50, 0.30, false)]
    public void Worse_is_what_grew_by_more_than_a_tenth(double before, double now, bool worse) =>
        Assert.Equal(worse, new Expectation("closed.vs-lock").IsWorse(before, now));

    [Theory]
    [InlineData(1000, 880, true)]
    [InlineData(1000, 920, false)]
    [InlineData(1000, 2000, false)]
    public void Worse_is_what_shrank_by_more_than_a_tenth_where_more_is_better(double before, double now, bool worse) =>
        Assert.Equal(worse, new Expectation("report.throughput") { MoreIsBetter = true }.IsWorse(before, now));

    [Theory]
    [InlineData(0, 1, true)]
    [InlineData(0, 0.04, false)]
    public void What_allocated_nothing_must_allocate_nothing(double before, double now, bool worse) =>
        Assert.Equal(worse, Expectation.Bytes("closed.vs-polly").IsWorse(before, now));

    [Theory]
    [InlineData(0.1, 0.9, false)]
    [InlineData(0.1, 1.2, true)]
    [InlineData(-0.3, 0.2, false)]
    public void Near_zero_a_share_means_little(double before, double now, bool worse) =>
        Assert.Equal(worse, new Expectation("none.overhead") { Slack = 1 }.IsWorse(before, now));
}
