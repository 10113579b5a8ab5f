namespace Kairos;

/// <summary>Where telemetry goes.</summary>
public enum TelemetryExporter
{
    /// <summary>Metrics, traces and logs by OTLP.</summary>
    Otlp,

    /// <summary>Metrics as JSON on standard output, spans in words on standard error.</summary>
    Stdout,

    /// <summary>Nowhere: no provider is built and no instrument is enabled, unless <c>/metrics</c> is asked for.</summary>
    None,
}

/// <summary>What a counter's export tells.</summary>
public enum MetricTemporality
{
    /// <summary>The total since the start: an export that is lost is made good by the next.</summary>
    Cumulative,

    /// <summary>
    /// What came since the last export, for backends that want it. By OTLP, what was refused or had no answer goes with the next export, up to
    /// 3 MiB; what the collector calls invalid, and what has not arrived when the process ends, is lost. An export that was taken without an
    /// answer in time may count twice. Elsewhere what a lost export held is lost.
    /// </summary>
    Delta,
}

/// <summary>
/// What is exported, where to and how. Code that sets it finds what configuration, HOCON and the standard <c>OTEL_*</c> variables say, and what it
/// sets, to a default as well, holds over them; <c>KAIROS_*</c> variables hold over code. Not thread-safe.
/// </summary>
public sealed record KairosTelemetryOptions
{
    /// <summary>Where telemetry goes. Default: <see cref="TelemetryExporter.Stdout"/>.</summary>
    public TelemetryExporter Exporter { get; set; } = TelemetryExporter.Stdout;

    /// <summary>How telemetry is sent by OTLP.</summary>
    public OtlpOptions Otlp { get; set; } = new();

    /// <summary>The page for a Prometheus that scrapes, beside any exporter. Default: none.</summary>
    public PrometheusOptions Prometheus { get; set; } = new();

    /// <summary>Time between two exports of metrics: 1 ms to 1 d. Default: 60 s.</summary>
    public TimeSpan MetricsInterval { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Time that an export may take at most, 1 ms to 1 d; <see cref="OtlpOptions.Timeout"/> where that is shorter. Default: 30 s.</summary>
    public TimeSpan ExportTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>What counters tell. Default: <see cref="MetricTemporality.Cumulative"/>.</summary>
    public MetricTemporality Temporality { get; set; } = MetricTemporality.Cumulative;

    /// <summary>Time for the last exports of all signals together: 1 ms to 1 d. Default: 5 s.</summary>
    public TimeSpan ShutdownTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How this process is called where its telemetry arrives. Default: the application's name.</summary>
    public string ServiceName { get; set; } = "";

    /// <summary>The version of this process. Default: that of the program that was started.</summary>
    public string ServiceVersion { get; set; } = "";

    /// <summary>What tells this process from others of the same service. Default: empty, which is a random one with <see cref="TelemetryExporter.Otlp"/>.</summary>
    public string ServiceInstanceId { get; set; } = "";

    /// <summary>Further attributes of the resource, as <c>name=value</c> pairs separated by commas, values percent-encoded. Default: none.</summary>
    public string ResourceAttributes { get; set; } = "";

    internal bool ExportsAnything => Exporter != TelemetryExporter.None || Prometheus.Enabled;
}
