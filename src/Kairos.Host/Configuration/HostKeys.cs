using Kairos.Hosting.Settings;

namespace Kairos.Host.Configuration;

/// <summary>The host's keys, their variables and what is allowed.</summary>
internal static class HostKeys
{
    private static readonly TimeSpan Instant = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private static readonly Dictionary<string, ExporterKind> Exporters = new()
    {
        ["otlp"] = ExporterKind.Otlp,
        ["stdout"] = ExporterKind.Stdout,
        ["none"] = ExporterKind.None,
    };

    private static readonly Dictionary<string, OtlpProtocol> Protocols = new()
    {
        ["grpc"] = OtlpProtocol.Grpc,
        ["http/protobuf"] = OtlpProtocol.HttpProtobuf,
    };

    private static readonly Dictionary<string, OtlpCompression> Compressions = new()
    {
        ["none"] = OtlpCompression.None,
        ["gzip"] = OtlpCompression.Gzip,
    };

    private static readonly Dictionary<string, Temporality> Temporalities = new()
    {
        ["cumulative"] = Temporality.Cumulative,
        ["delta"] = Temporality.Delta,
    };

    public static IReadOnlyList<HostKey> All { get; } =
    [
        new(Setting.Choice<HostSettings, ExporterKind>("telemetry.exporter", Exporters, s => s.Exporter, (s, v) => s with { Exporter = v }),
            new("KAIROS_TELEMETRY_EXPORTER"),
            new Variable("OTEL_METRICS_EXPORTER", value => value == "console" ? "stdout" : value)),
        new(Text("telemetry.otlp.endpoint", "host:port, or an http:// or https:// address (in a file: in quotes, because // begins a comment)", OtlpEndpoint.IsWellFormed, s => s.OtlpEndpoint, (s, v) => s with { OtlpEndpoint = v }),
            new("KAIROS_TELEMETRY_OTLP_ENDPOINT"),
            new Variable("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"), new Variable("OTEL_EXPORTER_OTLP_ENDPOINT")) { IsSecret = HoldsPassword },
        new(Setting.Bool<HostSettings>("telemetry.otlp.insecure", OtlpEndpoint.IsInsecure, (s, v) => s with { OtlpInsecure = v }),
            new("KAIROS_TELEMETRY_OTLP_INSECURE"),
            new Variable("OTEL_EXPORTER_OTLP_INSECURE", value => value.ToLowerInvariant())),
        new(Setting.Duration<HostSettings>("telemetry.otlp.timeout", Instant, Day, s => s.OtlpTimeout, (s, v) => s with { OtlpTimeout = v }),
            Variable.Seconds("KAIROS_TELEMETRY_OTLP_TIMEOUT_SECONDS"),
            Variable.Milliseconds("OTEL_EXPORTER_OTLP_METRICS_TIMEOUT"), Variable.Milliseconds("OTEL_EXPORTER_OTLP_TIMEOUT")),
        new(Setting.Choice<HostSettings, OtlpProtocol>("telemetry.otlp.protocol", Protocols, s => s.OtlpProtocol, (s, v) => s with { OtlpProtocol = v }),
            new("KAIROS_TELEMETRY_OTLP_PROTOCOL"),
            new Variable("OTEL_EXPORTER_OTLP_METRICS_PROTOCOL"), new Variable("OTEL_EXPORTER_OTLP_PROTOCOL")),
        new(Text("telemetry.otlp.headers", "name=value pairs separated by commas", OtlpHeaders.AreWellFormed, s => s.OtlpHeaders, (s, v) => s with { OtlpHeaders = v }),
            new("KAIROS_TELEMETRY_OTLP_HEADERS"),
            new Variable("OTEL_EXPORTER_OTLP_METRICS_HEADERS"), new Variable("OTEL_EXPORTER_OTLP_HEADERS")) { IsSecret = _ => true },
        new(Text("telemetry.otlp.user", "a name without ':'", value => !value.Contains(':', StringComparison.Ordinal), s => s.OtlpUser, (s, v) => s with { OtlpUser = v }),
            new("KAIROS_TELEMETRY_OTLP_USER")) { IsSecret = value => value.Contains(':', StringComparison.Ordinal) },
        new(Text("telemetry.otlp.token", "a text", _ => true, s => s.OtlpToken, (s, v) => s with { OtlpToken = v }),
            new("KAIROS_TELEMETRY_OTLP_TOKEN")) { IsSecret = _ => true },
        new(Setting.Choice<HostSettings, OtlpCompression>("telemetry.otlp.compression", Compressions, s => s.OtlpCompression, (s, v) => s with { OtlpCompression = v }),
            new("KAIROS_TELEMETRY_OTLP_COMPRESSION"),
            new Variable("OTEL_EXPORTER_OTLP_COMPRESSION")),
        new(File("telemetry.otlp.certificate", s => s.OtlpCertificate, (s, v) => s with { OtlpCertificate = v }),
            new("KAIROS_TELEMETRY_OTLP_CERTIFICATE"),
            new Variable("OTEL_EXPORTER_OTLP_CERTIFICATE")),
        new(File("telemetry.otlp.client-certificate", s => s.OtlpClientCertificate, (s, v) => s with { OtlpClientCertificate = v }),
            new("KAIROS_TELEMETRY_OTLP_CLIENT_CERTIFICATE"),
            new Variable("OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE")),
        new(File("telemetry.otlp.client-key", s => s.OtlpClientKey, (s, v) => s with { OtlpClientKey = v }),
            new("KAIROS_TELEMETRY_OTLP_CLIENT_KEY"),
            new Variable("OTEL_EXPORTER_OTLP_CLIENT_KEY")),
        new(Setting.Choice<HostSettings, Temporality>("telemetry.metrics.temporality", Temporalities, s => s.Temporality, (s, v) => s with { Temporality = v }),
            new("KAIROS_TELEMETRY_METRICS_TEMPORALITY"),
            new Variable("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE")),
        new(Setting.Bool<HostSettings>("telemetry.prometheus.enabled", s => s.PrometheusEnabled, (s, v) => s with { PrometheusEnabled = v }),
            new("KAIROS_TELEMETRY_PROMETHEUS_ENABLED")),
        new(Text("telemetry.prometheus.host", "a host name or address", value => Uri.CheckHostName(value) != UriHostNameType.Unknown, s => s.PrometheusHost, (s, v) => s with { PrometheusHost = v }),
            new("KAIROS_TELEMETRY_PROMETHEUS_HOST")),
        new(Setting.Int<HostSettings>("telemetry.prometheus.port", 1, 65535, s => s.PrometheusPort, (s, v) => s with { PrometheusPort = v }),
            new("KAIROS_TELEMETRY_PROMETHEUS_PORT")),
        new(Setting.Duration<HostSettings>("telemetry.shutdown-timeout", Instant, Day, s => s.ShutdownTimeout, (s, v) => s with { ShutdownTimeout = v }),
            Variable.Seconds("KAIROS_TELEMETRY_SHUTDOWN_TIMEOUT_SECONDS")),
        new(Text("telemetry.resource", "name=value pairs separated by commas", OtlpHeaders.AreWellFormed, s => s.ResourceAttributes, (s, v) => s with { ResourceAttributes = v }),
            new("KAIROS_TELEMETRY_RESOURCE")),
        new(Setting.Duration<HostSettings>("telemetry.metrics.interval", Instant, Day, s => s.MetricsInterval, (s, v) => s with { MetricsInterval = v }),
            Variable.Seconds("KAIROS_TELEMETRY_METRICS_INTERVAL_SECONDS"),
            Variable.Milliseconds("OTEL_METRIC_EXPORT_INTERVAL")),
        new(Setting.Duration<HostSettings>("telemetry.metrics.timeout", Instant, Day, s => s.ExportTimeout, (s, v) => s with { ExportTimeout = v }),
            Variable.Seconds("KAIROS_TELEMETRY_METRICS_TIMEOUT_SECONDS"),
            Variable.Milliseconds("OTEL_METRIC_EXPORT_TIMEOUT")),
        new(Text("service.name", "a text that is not empty", value => value.Length > 0, s => s.ServiceName, (s, v) => s with { ServiceName = v }),
            new("KAIROS_SERVICE_NAME"),
            new Variable("OTEL_SERVICE_NAME")),
        new(Text("service.instance-id", "a text", _ => true, s => s.ServiceInstanceId, (s, v) => s with { ServiceInstanceId = v }),
            new("KAIROS_SERVICE_INSTANCE_ID")),
        new(Text("service.version", "a text that is not empty", value => value.Length > 0, s => s.ServiceVersion, (s, v) => s with { ServiceVersion = v }),
            new("KAIROS_SERVICE_VERSION")),
    ];

    /// <summary>The variable that turns all telemetry off, whatever else is set.</summary>
    public const string SdkDisabled = "OTEL_SDK_DISABLED";

    private static Setting<HostSettings> File(string key, Func<HostSettings, string> get, Func<HostSettings, string, HostSettings> set) =>
        Text(key, "a PEM file that exists", System.IO.File.Exists, get, set);

    private static bool HoldsPassword(string address) => address.Contains('@', StringComparison.Ordinal);

    private static Setting<HostSettings> Text(
        string key, string allowed, Func<string, bool> isAllowed, Func<HostSettings, string> get, Func<HostSettings, string, HostSettings> set) =>
        new(key, allowed, text => isAllowed(text) ? settings => set(settings, text) : null, get);
}
