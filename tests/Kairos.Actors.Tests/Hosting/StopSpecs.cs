using Kairos.Tests.Actors;
using Kairos.Tests.Instruments;

namespace Kairos.Tests.Hosting;

/// <summary>What was told before the stop is decided, counted and exported, however much of it there is.</summary>
public sealed class StopSpecs
{
    private static readonly KairosError Error = new(ErrorCode.InvalidInput, "provoked");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_last_export_of_a_host_that_stops_and_is_disposed_is_whole(bool telemetryFirst)
    {
        var host = await KairosHost.StartAsync(new() { TelemetryFirst = telemetryFirst });
        Report(host, 100_000);

        await host.StopAsync();
        host.Dispose();

        AssertWhole(host.Metrics, 100_000);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_last_export_of_a_host_that_is_only_disposed_is_whole(bool telemetryFirst)
    {
        var host = await KairosHost.StartAsync(new() { TelemetryFirst = telemetryFirst });
        Report(host, 100_000);

        host.Dispose();

        AssertWhole(host.Metrics, 100_000);
    }

    [Fact]
    public async Task A_host_told_to_stop_right_behind_a_burst_loses_nothing()
    {
        var host = await KairosHost.StartAsync();
        var kairos = host.Kairos;
        Report(host, 200_000);

        await host.StopAsync();

        Assert.Equal(200_000, kairos.Snapshots.Sum(snapshot => snapshot.Errors));
        Assert.Equal(200_000, host.Metrics.Collect("kairos.errors.total").Values.Sum());
        host.Dispose();
    }

    [Fact]
    public async Task Reports_of_components_used_for_the_first_time_are_not_lost_either()
    {
        var host = await KairosHost.StartAsync();
        for (var i = 0; i < 2000; i++) host.Tell(new ComponentProtocol.ReportError($"burst/a{i % 100}/b{i % 400}", Error));

        await host.StopAsync();
        host.Dispose();

        AssertWhole(host.Metrics, 2000);
    }

    [Fact]
    public async Task A_host_without_anything_to_do_stops()
    {
        await using var host = await KairosHost.StartAsync();
    }

    private static void Report(KairosHost host, int reports)
    {
        var (llm, search) = (host.Kairos["llm"], host.Kairos["tools/search"]);
        for (var i = 0; i < reports / 4; i++)
        {
            llm.ReportError(Error);
            search.ReportError(Error);
            host.Tell(new ComponentProtocol.ReportError("memory", Error));
            host.Tell(new ComponentProtocol.ReportError("tools/fetch", Error));
        }
    }

    private static void AssertWhole(MetricCollector metrics, int reports)
    {
        Assert.Equal(reports, metrics.LastOf("kairos.errors.total").Values.Sum());
        Assert.NotEmpty(metrics.LastOf("kairos.health.status"));
        Assert.NotEmpty(metrics.LastOf("kairos.circuitbreaker.time"));
    }
}

public sealed class TerminateSpecs : KairosTestKit
{
    [Fact]
    public async Task A_system_terminated_right_behind_a_burst_loses_nothing()
    {
        for (var i = 0; i < 200_000; i++) Kairos[i % 2 == 0 ? "llm" : "tools/search"].ReportError(Error(ErrorCode.InvalidInput));

        await Sys.Terminate();

        Assert.Equal(200_000, Kairos.Snapshots.Sum(snapshot => snapshot.Errors));
    }
}
