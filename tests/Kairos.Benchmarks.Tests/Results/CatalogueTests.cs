using Kairos.Benchmarks.Measurements;

namespace Kairos.Benchmarks.Tests.Results;

public sealed class CatalogueTests
{
    [Fact]
    public void Every_line_has_a_name_of_its_own_without_blanks()
    {
        var names = Catalogue.All.SelectMany(row => row.Lines).Select(line => line.Name).ToList();

        Assert.Equal(names.Count, names.Distinct().Count());
        Assert.DoesNotContain(names, name => name.Contains(' ', StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("closed.vs-polly", 0.06)]
    [InlineData("closed.vs-polly.bytes", 0)]
    [InlineData("closed.vs-lock", 0.7)]
    [InlineData("closed-2threads.vs-polly", 0.08)]
    [InlineData("full.vs-polly-telemetry", 0.15)]
    [InlineData("full.vs-polly-telemetry.bytes", 0)]
    [InlineData("reject-throw.vs-polly", 0.5)]
    [InlineData("reject-outcome.vs-polly", 0.10)]
    [InlineData("reject-outcome.vs-polly.bytes", 0)]
    [InlineData("fail.vs-polly", 0.8)]
    [InlineData("async-overhead.vs-polly", 0.4)]
    [InlineData("task.vs-value-task", 1.5)]
    [InlineData("enter.vs-execute", 1.5)]
    [InlineData("http-overhead.vs-resilience", 0.5)]
    [InlineData("chat.vs-otel", 1.0)]
    [InlineData("chunk.vs-otel", 1.0)]
    [InlineData("chunk.bytes", 0)]
    [InlineData("rate.vs-token-bucket", 1.5)]
    [InlineData("rate.vs-token-bucket.bytes", 0)]
    [InlineData("component.bytes", 4608)]
    [InlineData("components.collect", 50)]
    [InlineData("start.vs-empty", 1.25)]
    [InlineData("none.overhead", 2)]
    [InlineData("idle.cpu", 0.5)]
    [InlineData("idle.window", 0.5)]
    public void Limits_are_those_that_were_promised(string name, double most)
    {
        var line = Catalogue.ExpectationOf(name);

        Assert.Equal((true, false), (line.IsKept(most), line.IsKept(most + 0.001)));
    }

    [Fact]
    public void Reports_have_a_floor()
    {
        var line = Catalogue.ExpectationOf("report.vs-tell");

        Assert.Equal((true, false), (line.IsKept(0.2), line.IsKept(0.199)));
    }

    [Fact]
    public void Of_an_unknown_line_less_is_better() => Assert.True(Catalogue.ExpectationOf("unknown").IsWorse(1, 2));
}
