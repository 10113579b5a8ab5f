using Kairos.Host.Configuration;
using Kairos.Hosting;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace Kairos.Host.Telemetry;

/// <summary>Sets up what exports the metrics, as the settings say; for <c>none</c> there is nothing to set up.</summary>
internal static class TelemetryServices
{
    public static void AddTelemetry(this IServiceCollection services, HostSettings settings, Stream stdout)
    {
        if (settings.Exporter == ExporterKind.None) return;
        services.AddOpenTelemetry()
            .ConfigureResource(resource => Describe(resource, settings))
            .WithMetrics(metrics => metrics
                .AddKairosInstrumentation()
                .AddReader(new PeriodicExportingMetricReader(
                    settings.Exporter == ExporterKind.Stdout ? new StdoutMetricExporter(stdout) : Otlp(settings),
                    Milliseconds(settings.MetricsInterval),
                    Milliseconds(settings.ExportTimeout))));
    }

    private static void Describe(ResourceBuilder resource, HostSettings settings)
    {
        resource.Clear().AddEnvironmentVariableDetector();
        if (settings.Exporter == ExporterKind.Otlp) resource.AddTelemetrySdk();
        resource.AddService(settings.ServiceName, serviceVersion: settings.ServiceVersion, autoGenerateServiceInstanceId: false);
    }

    private static OtlpMetricExporter Otlp(HostSettings settings) => new(new OtlpExporterOptions
    {
        Endpoint = OtlpEndpoint.For(settings, "metrics"),
        Protocol = settings.OtlpProtocol == OtlpProtocol.Grpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf,
        TimeoutMilliseconds = Milliseconds(settings.OtlpTimeout),
        Headers = OtlpHeaders.For(settings),
    });

    private static int Milliseconds(TimeSpan time) => (int)Math.Ceiling(time.TotalMilliseconds);
}
