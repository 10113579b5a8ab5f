using System.Runtime.InteropServices;
using Kairos.TestUtilities.Collecting;

namespace Kairos.Host.Tests.Telemetry;

/// <summary>Where nothing is to be exported nothing leaves the process, though everything else is set as if it were. It works all the same.</summary>
public sealed class NoExporterTests
{
    [Theory]
    [InlineData("KAIROS_TELEMETRY_EXPORTER", "none", null)]
    [InlineData("KAIROS_TELEMETRY_EXPORTER", "none", PosixSignal.SIGTERM)]
    [InlineData("OTEL_SDK_DISABLED", "true", null)]
    [InlineData("OTEL_SDK_DISABLED", "TRUE", PosixSignal.SIGTERM)]
    public async Task Nothing_leaves_the_process(string variable, string value, PosixSignal? signal)
    {
        await using var collector = await OtlpCollector.StartAsync();
        await using var host = ExportingHost.Start(("KAIROS_TELEMETRY_OTLP_ENDPOINT", collector.Grpc), (variable, value));
        await host.FeedThousandsAsync(5);
        await host.FeedLineAsync(ExportingHost.TracedError);
        await host.WaitUntilTakenInAsync();

        var result = await host.EndAsync(signal);

        Assert.Contains(" is running, exporter none\n", result.Errors, StringComparison.Ordinal);
        Assert.Contains("llm         open      unhealthy   5000 ", result.Errors, StringComparison.Ordinal);
        Assert.Empty(collector.Metrics.All);
        Assert.Empty(collector.Traces.All);
        Assert.Empty(collector.Logs.All);
    }
}
