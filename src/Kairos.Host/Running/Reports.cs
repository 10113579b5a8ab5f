using Kairos.Configuration;
using Kairos.Telemetry.Otlp;

namespace Kairos.Host.Running;

/// <summary>What the host says once it runs, on standard error: where its telemetry goes is what people get wrong most.</summary>
internal static class StartReport
{
    public static void Write(KairosTelemetryOptions options, TextWriter people) =>
        people.WriteLine($"kairos {KairosReference.Version} is running, exporter {Describe(options)}{Prometheus(options)}");

    private static string Prometheus(KairosTelemetryOptions options) =>
        options.Prometheus.Enabled ? $", http://{options.Prometheus.Host}:{options.Prometheus.Port}/metrics" : "";

    private static string Describe(KairosTelemetryOptions options) => options.Exporter switch
    {
        TelemetryExporter.None => "none",
        TelemetryExporter.Stdout => "stdout",
        _ => $"otlp to {OtlpEndpoint.For(options.Otlp, TelemetrySignal.Metrics)}",
    };
}

/// <summary>What the host says at its end, on standard error.</summary>
internal static class FinalReport
{
    public static void Write(IKairos kairos, FeedingProgress progress, TextWriter people)
    {
        var table = Tables.OfComponents();
        foreach (var s in kairos.Snapshots) Tables.AddComponent(table, s.Component, s.Circuit, s.Health, s.Errors, s.Recovered, s.ErrorsPerMinute);
        Tables.ConsoleOn(people, isRedirected: true).Write(table);
        people.WriteLine($"accepted {progress.Accepted} events, skipped {progress.Skipped}");
    }
}
