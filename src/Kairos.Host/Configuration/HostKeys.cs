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

    public static IReadOnlyList<HostKey> All { get; } =
    [
        new(Setting.Choice<HostSettings, ExporterKind>("telemetry.exporter", Exporters, s => s.Exporter, (s, v) => s with { Exporter = v }),
            new("KAIROS_TELEMETRY_EXPORTER"),
            new Variable("OTEL_METRICS_EXPORTER", value => value == "console" ? "stdout" : value)),
        new(Text("telemetry.otlp.endpoint", "host:port, or an http:// or https:// address (in a file: in quotes, because // begins a comment)", OtlpEndpoint.IsWellFormed, s => s.OtlpEndpoint, (s, v) => s with { OtlpEndpoint = v }),
            new("KAIROS_TELEMETRY_OTLP_ENDPOINT"),
            new Variable("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"), new Variable("OTEL_EXPORTER_OTLP_ENDPOINT")),
        new(Setting.Bool<HostSettings>("telemetry.otlp.insecure", OtlpEndpoint.IsInsecure, (s, v) => s with { OtlpInsecure = v }),
            new("KAIROS_TELEMETRY_OTLP_INSECURE"),
            new Variable("OTEL_EXPORTER_OTLP_INSECURE")),
        new(Setting.Duration<HostSettings>("telemetry.otlp.timeout", Instant, Day, s => s.OtlpTimeout, (s, v) => s with { OtlpTimeout = v }),
            Variable.Seconds("KAIROS_TELEMETRY_OTLP_TIMEOUT_SECONDS"),
            Variable.Milliseconds("OTEL_EXPORTER_OTLP_METRICS_TIMEOUT"), Variable.Milliseconds("OTEL_EXPORTER_OTLP_TIMEOUT")),
        new(Setting.Choice<HostSettings, OtlpProtocol>("telemetry.otlp.protocol", Protocols, s => s.OtlpProtocol, (s, v) => s with { OtlpProtocol = v }),
            new("KAIROS_TELEMETRY_OTLP_PROTOCOL"),
            new Variable("OTEL_EXPORTER_OTLP_METRICS_PROTOCOL"), new Variable("OTEL_EXPORTER_OTLP_PROTOCOL")),
        new(Text("telemetry.otlp.headers", "name=value pairs separated by commas", OtlpHeaders.AreWellFormed, s => s.OtlpHeaders, (s, v) => s with { OtlpHeaders = v }),
            new("KAIROS_TELEMETRY_OTLP_HEADERS"),
            new Variable("OTEL_EXPORTER_OTLP_METRICS_HEADERS"), new Variable("OTEL_EXPORTER_OTLP_HEADERS")) { IsSecret = true },
        new(Text("telemetry.otlp.user", "a name without ':'", value => !value.Contains(':', StringComparison.Ordinal), s => s.OtlpUser, (s, v) => s with { OtlpUser = v }),
            new("KAIROS_TELEMETRY_OTLP_USER")),
        new(Text("telemetry.otlp.token", "a text", _ => true, s => s.OtlpToken, (s, v) => s with { OtlpToken = v }),
            new("KAIROS_TELEMETRY_OTLP_TOKEN")) { IsSecret = true },
        new(Setting.Duration<HostSettings>("telemetry.metrics.interval", Instant, Day, s => s.MetricsInterval, (s, v) => s with { MetricsInterval = v }),
            Variable.Seconds("KAIROS_TELEMETRY_METRICS_INTERVAL_SECONDS"),
            Variable.Milliseconds("OTEL_METRIC_EXPORT_INTERVAL")),
        new(Setting.Duration<HostSettings>("telemetry.metrics.timeout", Instant, Day, s => s.ExportTimeout, (s, v) => s with { ExportTimeout = v }),
            Variable.Seconds("KAIROS_TELEMETRY_METRICS_TIMEOUT_SECONDS"),
            Variable.Milliseconds("OTEL_METRIC_EXPORT_TIMEOUT")),
        new(Text("service.name", "a text that is not empty", value => value.Length > 0, s => s.ServiceName, (s, v) => s with { ServiceName = v }),
            new("KAIROS_SERVICE_NAME"),
            new Variable("OTEL_SERVICE_NAME")),
        new(Text("service.version", "a text that is not empty", value => value.Length > 0, s => s.ServiceVersion, (s, v) => s with { ServiceVersion = v }),
            new("KAIROS_SERVICE_VERSION")),
    ];

    /// <summary>The variable that turns all telemetry off, whatever else is set.</summary>
    public const string SdkDisabled = "OTEL_SDK_DISABLED";

    private static Setting<HostSettings> Text(
        string key, string allowed, Func<string, bool> isAllowed, Func<HostSettings, string> get, Func<HostSettings, string, HostSettings> set) =>
        new(key, allowed, text => isAllowed(text) ? settings => set(settings, text) : null, get);
}
