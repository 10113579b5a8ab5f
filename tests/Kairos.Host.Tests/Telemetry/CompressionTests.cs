using Kairos.Host.Tests.Processes;
using Kairos.TestUtilities.Collecting;

namespace Kairos.Host.Tests.Telemetry;

[Collection(HostRun.Spans)]
public sealed class CompressionTests
{
    [Theory]
    [InlineData("grpc", "KAIROS_TELEMETRY_OTLP_COMPRESSION", "gzip")]
    [InlineData("http/protobuf", "KAIROS_TELEMETRY_OTLP_COMPRESSION", "gzip")]
    [InlineData("http/protobuf", "OTEL_EXPORTER_OTLP_COMPRESSION", "gzip")]
    [InlineData("http/protobuf", "KAIROS_TELEMETRY_OTLP_COMPRESSION", "none")]
    public async Task All_signals_are_compressed_as_it_is_set_and_arrive_whole(string protocol, string variable, string compression)
    {
        await using var collector = await OtlpCollector.StartAsync();
        await using var host = ExportingHost.Start(
            ("KAIROS_TELEMETRY_OTLP_ENDPOINT", protocol == "grpc" ? collector.Grpc : collector.Http),
            ("KAIROS_TELEMETRY_OTLP_PROTOCOL", protocol),
            (variable, compression));
        await host.FeedLineAsync(ExportingHost.TracedError);
        await host.FeedThousandsAsync(1);
        await host.WaitForWholeTotalAsync(collector);
        await host.EndAsync();

        var headers = collector.Metrics.All.Select(export => export.Headers)
            .Concat(collector.Traces.All.Select(export => export.Headers))
            .Concat(collector.Logs.All.Select(export => export.Headers));
        var header = protocol == "grpc" ? "grpc-encoding" : "content-encoding";
        Assert.All(headers, all => Assert.Equal(compression == "gzip" ? "gzip" : null, all.GetValueOrDefault(header)));
        Assert.Equal(host.Fed, ExportingHost.TotalOf(collector.Metrics.Accepted[^1]));
        Assert.NotEmpty(collector.Traces.Accepted);
        Assert.NotEmpty(collector.Logs.Accepted);
    }
}
