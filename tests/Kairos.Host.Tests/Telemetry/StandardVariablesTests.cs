using Kairos.TestUtilities.Collecting;
using Kairos.TestUtilities.Collecting.Wire;

namespace Kairos.Host.Tests.Telemetry;

/// <summary>OpenTelemetry's own variables hold where Kairos' do not say otherwise.</summary>
public sealed class StandardVariablesTests
{
    [Fact]
    public async Task They_are_enough_for_all_signals()
    {
        await using var collector = await OtlpCollector.StartAsync();
        await using var host = StartWith(collector.Http);
        await FeedAsync(host, collector);

        Assert.Equal(("/v1/metrics", "/v1/traces", "/v1/logs"), (PathOf(collector.Metrics), PathOf(collector.Traces), PathOf(collector.Logs)));
        var received = collector.Metrics.Accepted[^1];
        Assert.Equal(("green", "gzip"), (received.Headers["x-tenant"], received.Headers["content-encoding"]));
        Assert.Equal(AggregationTemporality.Delta, ExportingHost.CounterOf(FirstWhole(collector)).AggregationTemporality);
        var resource = received.Message.ResourceMetrics[0].Resource.Attributes.ToTexts();
        Assert.Equal(("standard", "test"), (resource["service.name"], resource["deployment.environment"]));
    }

    [Fact]
    public async Task Those_of_Kairos_beat_them()
    {
        await using var wrong = await OtlpCollector.StartAsync();
        await using var collector = await OtlpCollector.StartAsync();
        await using var host = StartWith(
            wrong.Http,
            ("KAIROS_TELEMETRY_OTLP_ENDPOINT", collector.Grpc),
            ("KAIROS_TELEMETRY_OTLP_PROTOCOL", "grpc"),
            ("KAIROS_TELEMETRY_OTLP_HEADERS", "x-tenant=blue"),
            ("KAIROS_TELEMETRY_OTLP_COMPRESSION", "none"),
            ("KAIROS_TELEMETRY_METRICS_TEMPORALITY", "cumulative"),
            ("KAIROS_TELEMETRY_METRICS_INTERVAL_SECONDS", "0.2"),
            ("KAIROS_TELEMETRY_RESOURCE", "deployment.environment=production"),
            ("KAIROS_SERVICE_NAME", "own"),
            ("OTEL_METRIC_EXPORT_INTERVAL", "3600000"));
        await FeedAsync(host, collector);

        Assert.Empty(wrong.Metrics.All);
        Assert.Empty(wrong.Traces.All);
        Assert.Empty(wrong.Logs.All);
        var received = collector.Metrics.Accepted[^1];
        Assert.Equal(("blue", false), (received.Headers["x-tenant"], received.Headers.ContainsKey("grpc-encoding")));
        Assert.Equal(AggregationTemporality.Cumulative, ExportingHost.CounterOf(received).AggregationTemporality);
        var resource = received.Message.ResourceMetrics[0].Resource.Attributes.ToTexts();
        Assert.Equal(("own", "production"), (resource["service.name"], resource["deployment.environment"]));
    }

    [Fact]
    public async Task The_time_of_an_export_is_that_of_Kairos_as_well()
    {
        await using var collector = await OtlpCollector.StartAsync();
        collector.Behaviour = Behaviour.NeverAnswers;
        await using var host = StartWith(
            collector.Http, ("OTEL_EXPORTER_OTLP_TIMEOUT", "3600000"), ("KAIROS_TELEMETRY_OTLP_TIMEOUT_SECONDS", "0.5"), ("KAIROS_TELEMETRY_SHUTDOWN_TIMEOUT_SECONDS", "1"));
        await host.FeedThousandsAsync(1);

        await host.Process.WaitForErrorsAsync("an export of metrics failed");

        await host.EndAsync();
    }

    [Fact]
    public async Task An_address_for_one_signal_is_for_that_signal()
    {
        await using var all = await OtlpCollector.StartAsync();
        await using var metrics = await OtlpCollector.StartAsync();
        await using var host = StartWith(all.Http, ("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", $"http://{metrics.Http}/v1/metrics"));
        await FeedAsync(host, metrics);

        Assert.Empty(all.Metrics.All);
        Assert.NotEmpty(all.Traces.Accepted);
        Assert.NotEmpty(all.Logs.Accepted);
    }

    private static ExportingHost StartWith(string endpoint, params (string Name, string Value)[] variables) => ExportingHost.StartProgram(
    [
        ("KAIROS_TELEMETRY_EXPORTER", null),
        ("KAIROS_TELEMETRY_METRICS_INTERVAL_SECONDS", null),
        ("OTEL_METRICS_EXPORTER", "otlp"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", $"http://{endpoint}"),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
        ("OTEL_EXPORTER_OTLP_HEADERS", "x-tenant=green"),
        ("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip"),
        ("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", "delta"),
        ("OTEL_METRIC_EXPORT_INTERVAL", "200"),
        ("OTEL_SERVICE_NAME", "standard"),
        ("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment=test"),
        .. variables,
    ]);

    private static async Task FeedAsync(ExportingHost host, OtlpCollector collector)
    {
        await host.FeedLineAsync(ExportingHost.TracedError);
        await host.FeedThousandsAsync(1);
        await collector.Metrics.WaitForAllAsync(all => all.Sum(ExportingHost.TotalOf) >= host.Fed, host.WaitTimeout);
        await host.EndAsync();
    }

    private static Received<ExportMetricsServiceRequest> FirstWhole(OtlpCollector collector) =>
        collector.Metrics.Accepted.First(received => ExportingHost.TotalOf(received) > 0);

    private static string PathOf<T>(Inbox<T> inbox) => Assert.Single(inbox.All.Select(received => received.Path).Distinct());
}
