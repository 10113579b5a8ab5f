using Kairos.Tests.Hosting;
using static Kairos.ComponentProtocol;

namespace Kairos.Tests.Instruments;

public sealed class CircuitMetricSpecs
{
    private const string State = "kairos.circuitbreaker.state";
    private const string Transitions = "kairos.circuitbreaker.transitions";
    private const string Time = "kairos.circuitbreaker.time";

    [Fact]
    public async Task The_state_is_0_open_1_half_open_2_closed()
    {
        await using var host = await KairosHost.StartAsync();
        Assert.Equal(2, (await host.Collect(State))["component=llm"]);

        host.Fail("llm", times: 5);
        Assert.Equal(0, (await host.Collect(State))["component=llm"]);
        Assert.Equal(2, host.Metrics.LastOf(State)["component=memory"]);

        host.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(1, (await host.Collect(State))["component=llm"]);
    }

    [Fact]
    public async Task Health_is_0_unhealthy_1_degraded_2_healthy()
    {
        await using var host = await KairosHost.StartAsync();
        host.Tell(new ReportHealth("memory", ComponentHealth.Degraded));
        host.Tell(new Isolate("tools/search"));

        var health = await host.Collect("kairos.health.status");

        Assert.Equal(2, health["component=llm"]);
        Assert.Equal(1, health["component=memory"]);
        Assert.Equal(0, health["component=tools/search"]);
        Assert.Equal(1, health["component=tools"]);
    }

    [Fact]
    public async Task Transitions_are_counted_by_states_and_reason()
    {
        await using var host = await KairosHost.StartAsync();
        host.Fail("llm", times: 5);
        await host.Kairos.DrainAsync();
        host.Time.Advance(TimeSpan.FromSeconds(30));
        host.Fail("llm");
        await host.Kairos.DrainAsync();
        host.Time.Advance(TimeSpan.FromSeconds(60));
        host.Tell(new ReportSuccess("llm"));
        host.Tell(new ReportSuccess("llm"));
        for (var i = 0; i < 3; i++)
        {
            host.Tell(new Isolate("llm"));
            host.Tell(new Reset("llm"));
        }

        Assert.Equal(
            new Dictionary<string, double>
            {
                ["component=llm,from=closed,reason=failures,to=open"] = 1,
                ["component=llm,from=open,reason=deadline,to=half-open"] = 2,
                ["component=llm,from=half-open,reason=probe_failed,to=open"] = 1,
                ["component=llm,from=half-open,reason=successes,to=closed"] = 1,
                ["component=llm,from=closed,reason=manual,to=open"] = 3,
                ["component=llm,from=open,reason=manual,to=closed"] = 3,
            },
            await host.Collect(Transitions));
    }

    [Fact]
    public async Task The_time_in_each_state_adds_up_to_the_time_that_has_passed()
    {
        await using var host = await KairosHost.StartAsync();
        await host.Kairos.DrainAsync();
        host.Time.Advance(TimeSpan.FromSeconds(10));
        host.Fail("llm", times: 5);
        await host.Kairos.DrainAsync();
        host.Time.Advance(TimeSpan.FromSeconds(37.5)); // 30 open, the rest half-open, however late the tick

        Assert.Equal(
            new Dictionary<string, double>
            {
                ["component=llm,state=closed"] = 10,
                ["component=llm,state=open"] = 30,
                ["component=llm,state=half-open"] = 7.5,
            },
            (await host.Collect(Time)).Where(series => series.Key.StartsWith("component=llm", StringComparison.Ordinal)).ToDictionary());
        Assert.Equal(47.5, host.Metrics.LastOf(Time)["component=memory,state=closed"]);
    }

    [Fact]
    public async Task The_time_in_a_state_never_shrinks_while_the_circuit_changes()
    {
        await using var host = await KairosHost.StartAsync();
        await host.Kairos.DrainAsync();
        var flapping = Task.Run(() =>
        {
            for (var i = 0; i < 20_000; i++)
            {
                host.Kairos["llm"].Isolate();
                host.Time.Advance(TimeSpan.FromMilliseconds(3));
                host.Kairos["llm"].Reset();
                host.Time.Advance(TimeSpan.FromMilliseconds(2));
            }
        });
        var before = host.Metrics.Collect(Time);
        while (!flapping.IsCompleted)
        {
            var after = host.Metrics.Collect(Time);
            Assert.All(before, series => Assert.True(after[series.Key] >= series.Value, series.Key));
            before = after;
        }

        await flapping;
        var end = await host.Collect(Time);
        Assert.Equal(100, end["component=memory,state=closed"], 6);
        Assert.True(end.Where(series => series.Key.StartsWith("component=llm", StringComparison.Ordinal)).Sum(series => series.Value) >= 100);
    }
}
