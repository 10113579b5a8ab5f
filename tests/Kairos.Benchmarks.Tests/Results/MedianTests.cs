using Kairos.Benchmarks.Results;

namespace Kairos.Benchmarks.Tests.Results;

public sealed class MedianTests
{
    [Theory]
    [InlineData(new double[] { 7 }, 7)]
    [InlineData(new double[] { 9, 1, 5 }, 5)]
    [InlineData(new double[] { 4, 1, 2, 3 }, 2.5)]
    [InlineData(new double[] { 2, 1_000_000, 1, 3, 2 }, 2)]
    public void Is_the_middle_one_or_between_the_two_in_the_middle(double[] values, double expected) =>
        Assert.Equal(expected, Median.Of(values));

    [Fact]
    public void There_is_none_of_nothing() => Assert.Throws<ArgumentException>(() => Median.Of([]));
}
