using Kairos.Host.Tests.Processes;
using Kairos.TestUtilities.Collecting;
using Kairos.TestUtilities.Collecting.Wire;
using Kairos.TestUtilities.Processes;

namespace Kairos.Host.Tests.Telemetry;

public sealed class OtlpExportTests
{
    private const string Journal = """{"component":"llm","event":"error","code":"timeout","recoverable":true}""";

    [Fact]
    public async Task By_grpc_a_collector_is_told_who_and_what_and_since_when()
    {
        await using var collector = await OtlpCollector.StartAsync();

        var result = await RunAsync(
            ("KAIROS_TELEMETRY_OTLP_ENDPOINT", collector.Grpc),
            ("KAIROS_TELEMETRY_OTLP_HEADERS", "x-tenant=blue"),
            ("KAIROS_TELEMETRY_OTLP_USER", "somebody"),
            ("KAIROS_TELEMETRY_OTLP_TOKEN", "s3cr3t"),
            ("KAIROS_SERVICE_NAME", "agent"),
            ("OTEL_SERVICE_NAME", "other"),
            ("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment=test"));

        Assert.Equal((0, ""), (result.ExitCode, result.Output));
        Assert.Contains($"exporter otlp to http://{collector.Grpc}/\n", result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3t", result.Errors, StringComparison.Ordinal);
        var received = Assert.Single(collector.Metrics.All);
        Assert.Equal("/opentelemetry.proto.collector.metrics.v1.MetricsService/Export", received.Path);
        Assert.Equal(("blue", "Basic c29tZWJvZHk6czNjcjN0"), (received.Headers["x-tenant"], received.Headers["authorization"]));

        var resource = Assert.Single(received.Message.ResourceMetrics);
        var attributes = resource.Resource.Attributes.ToDictionary(attribute => attribute.Key, attribute => attribute.Value.StringValue);
        Assert.Equal(("agent", "0.9.0", "test"), (attributes["service.name"], attributes["service.version"], attributes["deployment.environment"]));
        Assert.Equal("opentelemetry", attributes["telemetry.sdk.name"]);
        var scope = Assert.Single(resource.ScopeMetrics);
        Assert.Equal(("Kairos", "0.9.0"), (scope.Scope.Name, scope.Scope.Version));
        var errors = scope.Metrics.Single(metric => metric.Name == "kairos.errors.total");
        Assert.Equal(("{error}", true, AggregationTemporality.Cumulative), (errors.Unit, errors.Sum.IsMonotonic, errors.Sum.AggregationTemporality));
        var point = Assert.Single(errors.Sum.DataPoints);
        Assert.Equal(1, point.AsInt);
        Assert.InRange(point.StartTimeUnixNano, 1UL, point.TimeUnixNano);
        Assert.Equal(Metric.DataOneofCase.Gauge, scope.Metrics.Single(metric => metric.Name == "kairos.health.status").DataCase);
    }

    [Fact]
    public async Task By_http_the_path_is_that_of_the_metrics()
    {
        await using var collector = await OtlpCollector.StartAsync();

        var result = await RunAsync(("KAIROS_TELEMETRY_OTLP_PROTOCOL", "http/protobuf"), ("OTEL_EXPORTER_OTLP_ENDPOINT", $"http://{collector.Http}"));

        Assert.Equal((0, ""), (result.ExitCode, result.Output));
        var received = Assert.Single(collector.Metrics.All);
        Assert.Equal("/v1/metrics", received.Path);
        Assert.Equal(1, MetricValues.Of(received.Message)["kairos.errors.total{component=llm,error.code=timeout,recoverable=true}"]);
    }

    [Fact]
    public async Task A_collector_that_is_not_there_costs_no_more_than_the_time_of_an_export()
    {
        var result = await RunAsync(("KAIROS_TELEMETRY_OTLP_ENDPOINT", "127.0.0.1:1"), ("KAIROS_TELEMETRY_OTLP_TIMEOUT_SECONDS", "1"));

        Assert.Equal((0, ""), (result.ExitCode, result.Output));
        Assert.EndsWith("accepted 1 events, skipped 0\n", result.Errors, StringComparison.Ordinal);
    }

    private static Task<ProgramResult> RunAsync(params (string Name, string Value)[] variables) => HostProcess.RunAsync(
        new HostStart("run", "--events", "-")
        {
            Variables = variables.Append(("KAIROS_TELEMETRY_EXPORTER", "otlp")).ToDictionary(variable => variable.Item1, variable => variable.Item2),
            WaitTimeout = TimeSpan.FromSeconds(30),
        },
        Journal);
}
