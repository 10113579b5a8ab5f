using Akka.Actor;
using Kairos.Tests.Hosting;
using static Kairos.ComponentEvents;
using static Kairos.ComponentProtocol;

namespace Kairos.Tests.Instruments;

/// <summary>Which series there are, and when they come and go.</summary>
public sealed class SeriesSpecs
{
    [Fact]
    public async Task Series_of_a_removed_component_and_of_its_sub_components_vanish()
    {
        await using var host = await KairosHost.StartAsync();
        foreach (var name in new[] { "speech", "speech/in", "llm" })
        {
            host.Fail(name, times: 5);
            host.Tell(new ReportRecovery(name, new ErrorKind(ErrorCode.LlmError, true)));
            host.Tell(new ReportError(name, null!));
        }

        Assert.Equal(8, MetricsWith(await Collected(host), "component=speech"));
        host.Kairos.Remove("speech");
        var collected = await Collected(host);

        Assert.Equal(0, MetricsWith(collected, "component=speech"));
        Assert.Equal(8, MetricsWith(collected, "component=llm"));
    }

    [Fact]
    public async Task A_component_that_comes_again_counts_from_nothing()
    {
        await using var host = await KairosHost.StartAsync();
        host.Fail("speech", times: 7);
        await host.Kairos.DrainAsync();
        host.Time.Advance(TimeSpan.FromSeconds(9));
        host.Tell(new Remove("speech"));
        host.Fail("speech", times: 2);

        Assert.Equal(2, (await host.Collect("kairos.errors.total"))["component=speech,error.code=llm_error,recoverable=true"]);
        Assert.Equal(2, host.Metrics.LastOf("kairos.errors.rate")["component=speech"]);
        Assert.Equal(0, host.Metrics.LastOf("kairos.circuitbreaker.time")["component=speech,state=closed"]);
    }

    [Fact]
    public async Task A_component_that_is_removed_again_and_again_never_loses_a_count_of_its_next_life()
    {
        await using var host = await KairosHost.StartAsync();
        for (var life = 1; life <= 50; life++)
        {
            host.Tell(new Remove("speech"));
            host.Fail("speech", times: life);
            Assert.Equal(life, (await host.Collect("kairos.errors.total")).Single(series => series.Key.StartsWith("component=speech,", StringComparison.Ordinal)).Value);
        }
    }

    [Fact]
    public async Task What_a_burst_had_left_to_be_told_is_not_counted_in_the_next_life()
    {
        await using var host = await KairosHost.StartAsync();
        for (var life = 1; life <= 20; life++)
        {
            host.Fail("speech", times: 30);
            host.Tell(new Remove("speech"));
            host.Fail("speech", times: 5);
            Assert.Equal(5, (await host.Collect("kairos.errors.total")).Single(series => series.Key.StartsWith("component=speech,", StringComparison.Ordinal)).Value);
        }
    }

    [Fact]
    public async Task Restarts_are_counted_by_whose_they_are()
    {
        await using var host = await KairosHost.StartAsync();
        host.Tell(new ReportError("tools", null!));
        host.Tell(new ReportError("tools", null!));
        host.Tell(new ReportError("tools/search", null!));
        host.Tell(new Malformed());
        await host.Kairos.DrainAsync();
        (await host.System.ActorSelection("/user/kairos/metrics").ResolveOne(TimeSpan.FromSeconds(30)))
            .Tell(new ErrorRecorded("llm", null!, default), ActorRefs.NoSender);
        await host.Kairos.DrainAsync();

        Assert.Equal(
            new Dictionary<string, double>
            {
                ["component=tools"] = 2,
                ["component=tools/search"] = 1,
                ["component=kairos"] = 1,
                ["component=metrics"] = 1,
            },
            await host.Collect("kairos.component.restarts"));
        Assert.Equal(5, host.Log.All.Count(line => line is { Id: 1, Exception: not null }));
    }

    [Fact]
    public async Task A_crash_of_the_metrics_actor_loses_no_count()
    {
        await using var host = await KairosHost.StartAsync();
        host.Fail("llm", times: 500);
        await host.Kairos.DrainAsync();
        var metrics = await host.System.ActorSelection("/user/kairos/metrics").ResolveOne(TimeSpan.FromSeconds(30));
        for (var i = 0; i < 10; i++)
        {
            host.Fail("llm", times: 50);
            metrics.Tell(new ErrorRecorded("llm", null!, default), ActorRefs.NoSender);
        }

        Assert.Equal(1000, (await host.Collect("kairos.errors.total")).Values.Single());
    }

    [Fact]
    public async Task Refused_reports_are_counted_by_reason()
    {
        await using var host = await KairosHost.StartAsync(new() { Hocon = "kairos.max-components = 3" });
        host.Fail("NO NAME", times: 4);
        host.Fail("fourth", times: 3);
        host.Kairos["fifth"].ReportSuccess();
        host.Tell(new Remove("fourth"));

        Assert.Equal(
            new Dictionary<string, double> { ["reason=invalid_name"] = 4, ["reason=max_components"] = 4, ["reason=unknown_component"] = 1 },
            await host.Collect("kairos.reports.refused"));
        Assert.Equal(3, host.Log.All.Count(line => line.Id == 2));
    }

    private static async Task<IReadOnlyList<CollectedMetric>> Collected(KairosHost host)
    {
        await host.Collect("");
        return host.Metrics.Last;
    }

    private static int MetricsWith(IEnumerable<CollectedMetric> collected, string component) =>
        collected.Count(metric => metric.Series.Keys.Any(series => series.StartsWith(component, StringComparison.Ordinal)));

    private sealed record Malformed : IComponentMessage
    {
        public string Component => throw new InvalidOperationException("malformed");
    }
}
