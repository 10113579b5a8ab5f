using System.Text;
using Kairos.Host.Tests.Processes;
using Kairos.TestUtilities.Collecting;

namespace Kairos.Host.Tests.Telemetry;

[Collection(HostRun.Spans)]
public sealed class HeadersTests
{
    [Theory]
    [InlineData("grpc", "KAIROS_TELEMETRY_OTLP_HEADERS")]
    [InlineData("http/protobuf", "KAIROS_TELEMETRY_OTLP_HEADERS")]
    [InlineData("grpc", "OTEL_EXPORTER_OTLP_HEADERS")]
    [InlineData("http/protobuf", "OTEL_EXPORTER_OTLP_HEADERS")]
    [InlineData("grpc", "OTEL_EXPORTER_OTLP_METRICS_HEADERS")]
    public async Task Values_are_percent_decoded(string protocol, string variable)
    {
        await using var collector = await OtlpCollector.StartAsync();
        await using var host = ExportingHost.Start(
            ("KAIROS_TELEMETRY_OTLP_ENDPOINT", protocol == "grpc" ? collector.Grpc : collector.Http),
            ("KAIROS_TELEMETRY_OTLP_PROTOCOL", protocol),
            (variable, "X-Scope=a%2Cb,X-Other=1%3D1 %25"));
        await host.FeedThousandsAsync(1);
        await host.WaitForWholeTotalAsync(collector);
        await host.EndAsync();

        Assert.All(collector.Metrics.All, export => Assert.Equal(("a,b", "1=1 %"), (export.Headers["x-scope"], export.Headers["x-other"])));
    }

    [Theory]
    [InlineData("grpc", "somebody", "s3cr3t")]
    [InlineData("http/protobuf", "~", "a:b, c=d%20?>é")] // what has a meaning in headers, and + / = once it is encoded
    [InlineData("grpc", "", "s3cr3t")]
    public async Task Headers_and_credentials_go_with_every_export_of_every_signal(string protocol, string user, string token)
    {
        await using var collector = await OtlpCollector.StartAsync();
        await using var host = ExportingHost.Start(
            ("KAIROS_TELEMETRY_OTLP_ENDPOINT", protocol == "grpc" ? collector.Grpc : collector.Http),
            ("KAIROS_TELEMETRY_OTLP_PROTOCOL", protocol),
            ("KAIROS_TELEMETRY_OTLP_HEADERS", "x-tenant=blue, x-key=a=b"),
            ("KAIROS_TELEMETRY_OTLP_USER", user),
            ("KAIROS_TELEMETRY_OTLP_TOKEN", token));
        await host.FeedLineAsync(ExportingHost.TracedError);
        await host.FeedThousandsAsync(1);
        await host.WaitForWholeTotalAsync(collector);
        await host.EndAsync();

        Assert.NotEmpty(collector.Traces.All);
        Assert.NotEmpty(collector.Logs.All);
        var headers = collector.Metrics.All.Select(export => export.Headers)
            .Concat(collector.Traces.All.Select(export => export.Headers))
            .Concat(collector.Logs.All.Select(export => export.Headers));
        Assert.All(headers, all =>
        {
            Assert.Equal(("blue", "a=b"), (all["x-tenant"], all["x-key"]));
            Assert.StartsWith("Basic ", all["authorization"], StringComparison.Ordinal);
            Assert.Equal($"{user}:{token}", Encoding.UTF8.GetString(Convert.FromBase64String(all["authorization"]["Basic ".Length..])));
        });
    }
}
