using System.Runtime.InteropServices;
using Kairos.Host.Tests.Running;
using Kairos.TestUtilities.Collecting;
using Kairos.TestUtilities.Collecting.Wire;

namespace Kairos.Host.Tests.Telemetry;

public sealed class TemporalityTests
{
    [Fact]
    public async Task Cumulative_is_the_default_and_each_export_has_all_since_the_start()
    {
        await using var collector = await OtlpCollector.StartAsync();
        await using var host = ExportingHost.Start(("KAIROS_TELEMETRY_OTLP_ENDPOINT", collector.Grpc));
        await FeedTwiceAsync(host, collector, received => ExportingHost.TotalOf(received));

        var counters = CountersOf(collector);
        Assert.All(counters, counter => Assert.Equal(AggregationTemporality.Cumulative, counter.AggregationTemporality));
        Assert.Single(counters.SelectMany(counter => counter.DataPoints).Select(point => point.StartTimeUnixNano).Distinct());
        Assert.Equal(host.Fed, counters[^1].DataPoints[0].AsInt);
    }

    [Theory]
    [InlineData("KAIROS_TELEMETRY_METRICS_TEMPORALITY")]
    [InlineData("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE")]
    public async Task With_delta_each_export_has_what_came_since_the_last(string variable)
    {
        await using var collector = await OtlpCollector.StartAsync();
        await using var host = ExportingHost.Start(("KAIROS_TELEMETRY_OTLP_ENDPOINT", collector.Grpc), (variable, "delta"));
        await FeedTwiceAsync(host, collector, _ => SumOf(CountersOf(collector)));

        var counters = CountersOf(collector);
        Assert.All(counters, counter => Assert.Equal(AggregationTemporality.Delta, counter.AggregationTemporality));
        var points = counters.SelectMany(counter => counter.DataPoints).ToList();
        Assert.Equal(points.Skip(1).Select(point => point.StartTimeUnixNano), points.SkipLast(1).Select(point => point.TimeUnixNano));
        Assert.Equal(host.Fed, SumOf(counters));
    }

    [Fact]
    public async Task With_delta_too_nothing_is_missing_behind_a_stop_in_the_middle_of_a_burst()
    {
        await using var collector = await OtlpCollector.StartAsync();
        await using var host = ExportingHost.Start(
            ("KAIROS_TELEMETRY_OTLP_ENDPOINT", collector.Grpc), ("KAIROS_TELEMETRY_METRICS_TEMPORALITY", "delta"));
        var feeding = ErrorLines.WriteForeverAsync(host.Process.Input, host.WaitTimeout);
        await collector.Metrics.WaitForAllAsync(_ => SumOf(CountersOf(collector)) > 50_000, host.WaitTimeout);

        host.Process.Signal(PosixSignal.SIGTERM);
        var result = await host.Process.WaitForExitAsync();
        await feeding;

        Assert.EndsWith($"\naccepted {SumOf(CountersOf(collector))} events, skipped 0\n", result.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("grpc", "none")]
    [InlineData("http/protobuf", "none")]
    [InlineData("grpc", "gzip")]
    public async Task With_delta_nothing_is_missing_though_every_other_export_is_refused(string protocol, string compression)
    {
        await using var collector = await OtlpCollector.StartAsync();
        await using var host = ExportingHost.Start(
            ("KAIROS_TELEMETRY_OTLP_ENDPOINT", protocol == "grpc" ? collector.Grpc : collector.Http),
            ("KAIROS_TELEMETRY_OTLP_PROTOCOL", protocol),
            ("KAIROS_TELEMETRY_OTLP_COMPRESSION", compression),
            ("KAIROS_TELEMETRY_METRICS_TEMPORALITY", "delta"));
        for (var i = 0; i < 3; i++)
        {
            var (all, accepted) = (collector.Metrics.All.Count, collector.Metrics.Accepted.Count);
            collector.Behaviour = Behaviour.ResourceExhausted;
            await host.FeedThousandsAsync(1);
            await collector.Metrics.WaitForAllAsync(received => received.Skip(all).Any(export => !export.IsAccepted), host.WaitTimeout);
            collector.Behaviour = Behaviour.Accepts;
            await host.FeedThousandsAsync(1);
            await collector.Metrics.WaitForAllAsync(received => received.Count(export => export.IsAccepted) > accepted, host.WaitTimeout);
        }

        await host.EndAsync();

        Assert.Equal(host.Fed, SumOf(CountersOf(collector)));
    }

    private static async Task FeedTwiceAsync(
        ExportingHost host, OtlpCollector collector, Func<Received<ExportMetricsServiceRequest>, double> totalOf)
    {
        for (var i = 0; i < 2; i++)
        {
            await host.FeedThousandsAsync(2);
            await collector.Metrics.WaitForAsync(received => totalOf(received) == host.Fed, host.WaitTimeout);
        }

        await host.EndAsync();
    }

    /// <summary>The counter of errors in each export that has it.</summary>
    private static List<Sum> CountersOf(OtlpCollector collector) =>
    [
        .. collector.Metrics.Accepted.SelectMany(received => received.Message.ResourceMetrics).SelectMany(resource => resource.ScopeMetrics)
            .SelectMany(scope => scope.Metrics).Where(metric => metric.Name == "kairos.errors.total").Select(metric => metric.Sum),
    ];

    private static long SumOf(IEnumerable<Sum> counters) => counters.SelectMany(counter => counter.DataPoints).Sum(point => point.AsInt);
}
