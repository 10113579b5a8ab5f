using Kairos.Host.Configuration;
using Kairos.Hosting;

namespace Kairos.Host.Running;

/// <summary>What the host says once it runs, on standard error: where its telemetry goes is what people get wrong most.</summary>
internal static class StartReport
{
    public static void Write(HostSettings settings) =>
        Console.Error.WriteLine($"kairos {KairosReference.Version} is running, exporter {Describe(settings)}{Prometheus(settings)}");

    private static string Prometheus(HostSettings settings) =>
        settings.PrometheusEnabled ? $", http://{settings.PrometheusHost}:{settings.PrometheusPort}/metrics" : "";

    private static string Describe(HostSettings settings) => settings.Exporter switch
    {
        ExporterKind.None => "none",
        ExporterKind.Stdout => "stdout",
        _ => $"otlp to {OtlpEndpoint.For(settings, "metrics")}",
    };
}
