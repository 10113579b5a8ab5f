using System.Runtime.InteropServices;
using Kairos.TestUtilities;
using Kairos.TestUtilities.Collecting;

namespace Kairos.Host.Tests.Telemetry;

/// <summary>
/// The host is told to stop while a fault lasts. It stops by itself, long before an export's time is over, whatever the collector does, and has done its work. See
/// <see cref="ExportingHost.EndAsync"/> for what holds in all cases.
/// </summary>
[Trait(Parts.Trait, Parts.Real)]
public sealed class StopDuringFaultTests
{
    private const string Failed = "an export of metrics failed";

    // An export may take an hour. Whatever ends has not waited for one.
    private static readonly (string, string?) Patient = ("KAIROS_TELEMETRY_OTLP_TIMEOUT_SECONDS", "3600");

    [Theory]
    [InlineData(Fault.NotThere, "grpc")]
    [InlineData(Fault.UnknownName, "grpc")]
    [InlineData(Fault.WrongCertificate, "grpc")]
    [InlineData(Fault.ResourceExhausted, "grpc")]
    [InlineData(Fault.Unavailable, "grpc")]
    [InlineData(Fault.Unauthenticated, "grpc")]
    [InlineData(Fault.Unavailable, "http/protobuf")]
    public Task Stops_where_exports_fail(Fault fault, string protocol) =>
        StopsAsync(fault, protocol, (host, _) => host.Process.WaitForErrorsAsync(Failed));

    [Theory]
    [InlineData(Fault.NeverAnswers, "grpc")]
    [InlineData(Fault.NeverAnswers, "http/protobuf")]
    [InlineData(Fault.AnswersAfter20Seconds, "grpc")]
    public Task Stops_while_an_export_waits_for_its_answer(Fault fault, string protocol) =>
        StopsAsync(fault, protocol, (host, collector) => collector.Metrics.WaitForAllAsync(all => all.Any(received => !received.IsAccepted), host.WaitTimeout));

    [Theory]
    [InlineData(Fault.Mute, "grpc")]
    [InlineData(Fault.Mute, "http/protobuf")]
    public Task Stops_while_an_export_waits_for_its_connection(Fault fault, string protocol) =>
        StopsAsync(fault, protocol, (host, collector) => collector.WaitForConnectionAsync(host.WaitTimeout));

    [Fact]
    public async Task By_default_the_last_exports_of_all_signals_together_do_not_hold_the_host_for_long()
    {
        await using var collector = await OtlpCollector.StartAsync();
        await using var host = ExportingHost.StartProgram(
            Patient, ("KAIROS_TELEMETRY_OTLP_ENDPOINT", collector.Grpc), ("KAIROS_TELEMETRY_SHUTDOWN_TIMEOUT_SECONDS", null));
        await host.FeedThousandsAsync(1);
        await host.WaitForWholeTotalAsync(collector);
        collector.Behaviour = Behaviour.NeverAnswers;
        await host.FeedLineAsync(ExportingHost.TracedError);
        await host.WaitUntilTakenInAsync();

        await StopAsync(host);

        Assert.Contains(collector.Logs.All, received => !received.IsAccepted);
    }

    private static async Task StopsAsync(Fault fault, string protocol, Func<ExportingHost, OtlpCollector, Task> waitUntilFelt)
    {
        await using var faulty = await FaultyCollector.StartAsync(fault);
        await using var host = ExportingHost.StartProgram([.. faulty.Variables(protocol), Patient, ("KAIROS_TELEMETRY_SHUTDOWN_TIMEOUT_SECONDS", "1")]);
        await host.FeedThousandsAsync(1);
        if (fault != Fault.UnknownName) await host.WaitForWholeTotalAsync(faulty.Collector);
        await faulty.BeginAsync();
        await host.FeedThousandsAsync(20);
        await host.WaitUntilTakenInAsync();
        await waitUntilFelt(host, faulty.Collector);

        var errors = await StopAsync(host);

        Assert.Equal(2, errors.Split(Failed).Length);
    }

    private static async Task<string> StopAsync(ExportingHost host) => (await host.EndAsync(PosixSignal.SIGTERM)).Errors;
}
