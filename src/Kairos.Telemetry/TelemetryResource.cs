using Kairos.Telemetry.Otlp;
using OpenTelemetry.Resources;

namespace Kairos.Telemetry;

/// <summary>Who exports: the attributes that everything carries.</summary>
internal static class TelemetryResource
{
    public static void Describe(ResourceBuilder resource, KairosTelemetryOptions options)
    {
        resource.Clear().AddEnvironmentVariableDetector();
        if (options.Exporter == TelemetryExporter.Otlp) resource.AddTelemetrySdk();
        resource.AddService(
            options.ServiceName,
            serviceVersion: options.ServiceVersion,
            autoGenerateServiceInstanceId: options.Exporter == TelemetryExporter.Otlp && options.ServiceInstanceId.Length == 0,
            serviceInstanceId: options.ServiceInstanceId.Length == 0 ? null : options.ServiceInstanceId);
        resource.AddAttributes(NamedValues.Parse(options.ResourceAttributes).Select(pair => KeyValuePair.Create<string, object>(pair.Key, pair.Value)));
    }
}
