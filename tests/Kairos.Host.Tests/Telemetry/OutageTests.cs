using System.Runtime.InteropServices;
using Kairos.Host.Tests.Running;
using Kairos.TestUtilities;
using Kairos.TestUtilities.Collecting;
using Kairos.TestUtilities.Collecting.Wire;

namespace Kairos.Host.Tests.Telemetry;

/// <summary>A collector that comes late, goes and comes, or takes only a part. Cumulative totals make good whatever was missed.</summary>
[Trait(Parts.Trait, Parts.Real)]
public sealed class OutageTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_collector_that_is_there_later_than_the_host_learns_everything(bool isMute)
    {
        await using var collector = OtlpCollector.Absent();
        if (isMute) await collector.FallMuteAsync();
        await using var host = ExportingHost.StartProgram(("KAIROS_TELEMETRY_OTLP_ENDPOINT", collector.Grpc), ("KAIROS_TELEMETRY_OTLP_TIMEOUT_SECONDS", "1"));
        await host.FeedThousandsAsync(20);
        await host.Process.WaitForErrorsAsync("an export of metrics failed");
        var arrival = (ulong)(TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalNanoseconds;

        await collector.ComeAsync();
        var whole = await host.WaitForWholeTotalAsync(collector);
        await host.EndAsync(PosixSignal.SIGTERM);

        Assert.InRange(StartOf(whole), 1UL, arrival);
    }

    [Fact]
    public async Task Each_outage_is_said_once_and_none_leaves_a_gap()
    {
        await using var collector = await OtlpCollector.StartAsync();
        await using var host = ExportingHost.StartProgram(("KAIROS_TELEMETRY_OTLP_ENDPOINT", collector.Grpc));
        await host.FeedThousandsAsync(1);
        var first = await host.WaitForWholeTotalAsync(collector);

        for (var outage = 1; outage <= 2; outage++)
        {
            await collector.GoAsync();
            await host.FeedThousandsAsync(10);
            await host.Process.Errors.WaitForAsync(errors => Count(errors, "an export of metrics failed") == outage, host.WaitTimeout);
            await collector.ComeAsync();
            var whole = await host.WaitForWholeTotalAsync(collector);
            Assert.Equal(StartOf(first), StartOf(whole));
            await host.Process.Errors.WaitForAsync(errors => Count(errors, "exports of metrics arrive again") == outage, host.WaitTimeout);
        }

        var result = await host.EndAsync();
        Assert.Equal((2, 2), (Count(result.Errors, "an export of metrics failed"), Count(result.Errors, "exports of metrics arrive again")));
    }

    [Theory]
    [InlineData(false, "grpc")]
    [InlineData(false, "http/protobuf")]
    [InlineData(true, "grpc")]
    public async Task What_a_collector_rejects_in_part_it_is_told_again_with_the_next_export(bool isToldToStop, string protocol)
    {
        await using var collector = await OtlpCollector.StartAsync();
        collector.Behaviour = Behaviour.Rejects(3);
        await using var host = ExportingHost.StartProgram(
            ("KAIROS_TELEMETRY_OTLP_ENDPOINT", protocol == "grpc" ? collector.Grpc : collector.Http), ("KAIROS_TELEMETRY_OTLP_PROTOCOL", protocol));
        await host.FeedThousandsAsync(10);
        await host.WaitForWholeTotalAsync(collector);

        if (!isToldToStop) collector.Behaviour = Behaviour.Accepts;
        await host.FeedThousandsAsync(1);
        await host.WaitForWholeTotalAsync(collector);
        var result = await host.EndAsync(isToldToStop ? PosixSignal.SIGTERM : null);

        Assert.Equal(host.Fed, ExportingHost.TotalOf(collector.Metrics.Accepted[^1]));
        Assert.Contains("an export of metrics failed (the collector refused 3 of them)", result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("rejected by the collector", result.Errors, StringComparison.Ordinal); // in its own words it may say anything
    }

    [Theory]
    [InlineData("grpc", 1, 0)]
    [InlineData("grpc", 150_000, 0)]
    [InlineData("http/protobuf", 50_000, 0)]
    [InlineData("grpc", 50_000, 300)]
    public async Task Told_to_stop_in_the_middle_of_a_burst_it_tells_a_collector_exactly_what_it_accepted(string protocol, int atLeast, int delay)
    {
        await using var collector = await OtlpCollector.StartAsync();
        collector.Behaviour = Behaviour.AnswersAfter(TimeSpan.FromMilliseconds(delay));
        await using var host = ExportingHost.StartProgram(
            ("KAIROS_TELEMETRY_OTLP_ENDPOINT", protocol == "grpc" ? collector.Grpc : collector.Http), ("KAIROS_TELEMETRY_OTLP_PROTOCOL", protocol));
        var feeding = ErrorLines.WriteForeverAsync(host.Process.Input, host.WaitTimeout);
        await collector.Metrics.WaitForAsync(received => ExportingHost.TotalOf(received) >= atLeast, host.WaitTimeout);

        host.Process.Signal(PosixSignal.SIGTERM);
        var result = await host.Process.WaitForExitAsync();
        await feeding;

        var last = ExportingHost.TotalOf(collector.Metrics.Accepted[^1]);
        Assert.Equal((0, ""), (result.ExitCode, result.Output));
        Assert.InRange(last, atLeast, double.MaxValue);
        Assert.EndsWith($"\naccepted {last} events, skipped 0\n", result.Errors, StringComparison.Ordinal);
    }

    private static int Count(string text, string part) => text.Split(part).Length - 1;

    private static ulong StartOf(Received<ExportMetricsServiceRequest> received) => ExportingHost.ErrorsOf(received).StartTimeUnixNano;
}
