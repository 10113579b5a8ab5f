namespace Kairos.Tests.Hosting;

/// <summary>Two agents in one process, each with an actor system, a Kairos and a telemetry of its own.</summary>
public sealed class TwoHostsSpecs
{
    private const string Total = "kairos.errors.total";
    private const string Llm = "component=llm,error.code=llm_error,recoverable=true";

    [Fact]
    public async Task Their_metrics_are_separate()
    {
        await using var one = await KairosHost.StartAsync();
        await using var other = await KairosHost.StartAsync();
        one.Fail("llm", times: 3);
        one.Fail("only/here");
        other.Fail("llm", times: 8);

        Assert.Equal((3, 8), ((await one.Collect(Total))[Llm], (await other.Collect(Total))[Llm]));
        Assert.Equal((2, 0), (one.Metrics.LastOf("kairos.circuitbreaker.state")["component=llm"], other.Metrics.LastOf("kairos.circuitbreaker.state")["component=llm"]));
        Assert.DoesNotContain("component=only/here", other.Metrics.LastOf("kairos.health.status").Keys);
    }

    [Fact]
    public async Task Each_metric_is_exported_once()
    {
        await using var one = await KairosHost.StartAsync();
        await using var other = await KairosHost.StartAsync();
        one.Fail("llm");
        await one.Collect(Total);

        Assert.Equal(one.Metrics.Last.Count, one.Metrics.Last.DistinctBy(metric => metric.Name).Count());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Disposing_one_leaves_the_metrics_of_the_other_flowing(bool disposeTheFirst)
    {
        var (first, second) = (await KairosHost.StartAsync(), await KairosHost.StartAsync());
        var (leaving, staying) = disposeTheFirst ? (first, second) : (second, first);
        staying.Fail("llm", times: 2);
        await staying.Collect(Total);

        await leaving.DisposeAsync();

        staying.Fail("llm", times: 5);
        Assert.Equal(7, (await staying.Collect(Total))[Llm]);
        Assert.Equal(0, staying.Metrics.LastOf("kairos.circuitbreaker.state")["component=llm"]);
        await staying.DisposeAsync();
    }

    [Fact]
    public async Task Their_clocks_and_settings_are_separate()
    {
        await using var one = await KairosHost.StartAsync(new() { Hocon = "kairos.defaults.breaker.consecutive-failures = 1" });
        await using var other = await KairosHost.StartAsync();
        one.Fail("llm");
        other.Fail("llm");
        await one.Kairos.DrainAsync();
        other.Time.Advance(TimeSpan.FromHours(1));

        Assert.Equal(0, (await one.Collect("kairos.circuitbreaker.state"))["component=llm"]);
        Assert.Equal(2, (await other.Collect("kairos.circuitbreaker.state"))["component=llm"]);
    }
}
