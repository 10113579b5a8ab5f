using Kairos.Benchmarks.Results;

namespace Kairos.Benchmarks.Tests.Results;

public sealed class ResultLineTests
{
    [Theory]
    [InlineData(0.0312, "ratio closed.vs-polly 0.0312")]
    [InlineData(2.0 / 3, "ratio closed.vs-polly 0.6667")]
    [InlineData(1, "ratio closed.vs-polly 1")]
    [InlineData(0, "ratio closed.vs-polly 0")]
    [InlineData(0.00012345, "ratio closed.vs-polly 0.000123")]
    public void Ratio_is_written_with_four_digits_that_count(double value, string expected) =>
        Assert.Equal(expected, new ResultLine("closed.vs-polly", value).ToString());

    [Theory]
    [InlineData(2_718_281.8, "figure report.throughput 2718282 reports/s")]
    [InlineData(-0.25, "figure report.throughput -0.25 reports/s")]
    public void Figure_is_written_with_its_unit_and_never_with_an_exponent(double value, string expected) =>
        Assert.Equal(expected, new ResultLine("report.throughput", value, "reports/s").ToString());

    [Theory]
    [InlineData(0.0312, null)]
    [InlineData(4096, "B")]
    [InlineData(-1.5, "ns")]
    public void What_is_written_can_be_read(double value, string? unit)
    {
        var line = new ResultLine("component.bytes", value, unit);

        Assert.Equal(line, ResultLine.TryParse(line.ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("# machine: 2 cores")]
    [InlineData("ratio closed.vs-polly")]
    [InlineData("ratio closed.vs-polly fast")]
    [InlineData("ratio closed.vs-polly 0.5 ns")]
    [InlineData("figure idle.cpu 0.5")]
    [InlineData("figure idle.cpu NaN %")]
    [InlineData("worse closed.vs-polly 0.05 was 0.03")]
    public void Anything_else_is_no_line(string text) => Assert.Null(ResultLine.TryParse(text));
}
