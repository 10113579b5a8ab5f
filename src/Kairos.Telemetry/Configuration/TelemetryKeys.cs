using Kairos.Configuration;
using Kairos.Telemetry.Otlp;

namespace Kairos.Telemetry.Configuration;

/// <summary>
/// All keys of telemetry, their variables and what is allowed. The one place where they are listed: HOCON, the variable, .NET's configuration, what the
/// host prints and the check of unknown keys follow. A new one also needs its property, a line in the table of docs/operating.md, and the schema
/// (<c>KAIROS_WRITE_SCHEMA=1</c> has its test write it).
/// </summary>
internal static class TelemetryKeys
{
    /// <summary>The variable that turns all telemetry off, whatever else is set.</summary>
    public const string SdkDisabled = "OTEL_SDK_DISABLED";

    /// <summary>The sections below <c>kairos</c> that these keys stand in.</summary>
    public static readonly IReadOnlyList<string> Sections = ["telemetry", "service"];

    /// <summary>The least and the most that a duration may be.</summary>
    public static readonly TimeSpan Instant = TimeSpan.FromMilliseconds(1), Day = TimeSpan.FromDays(1);

    private static readonly Dictionary<string, TelemetryExporter> Exporters = new()
    {
        ["otlp"] = TelemetryExporter.Otlp,
        ["stdout"] = TelemetryExporter.Stdout,
        ["none"] = TelemetryExporter.None,
    };

    private static readonly Dictionary<string, MetricTemporality> Temporalities = new()
    {
        ["cumulative"] = MetricTemporality.Cumulative,
        ["delta"] = MetricTemporality.Delta,
    };

    public static IReadOnlyList<Setting<KairosTelemetryOptions>> All { get; } =
    [
        Setting.Choice<KairosTelemetryOptions, TelemetryExporter>("telemetry.exporter", Exporters, s => s.Exporter, (s, v) => s with { Exporter = v })
            with { Standard = [new Variable("OTEL_METRICS_EXPORTER", value => value == "console" ? "stdout" : value)] },
        .. OtlpKeys.All,
        Setting.Choice<KairosTelemetryOptions, MetricTemporality>("telemetry.metrics.temporality", Temporalities, s => s.Temporality, (s, v) => s with { Temporality = v })
            with { Standard = [new Variable("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", value => value.ToLowerInvariant())] },
        Setting.Bool<KairosTelemetryOptions>("telemetry.prometheus.enabled", s => s.Prometheus.Enabled, (s, v) => s with { Prometheus = s.Prometheus with { Enabled = v } }),
        Text("telemetry.prometheus.host", "a host name or address", value => Uri.CheckHostName(value) != UriHostNameType.Unknown, s => s.Prometheus.Host, (s, v) => s with { Prometheus = s.Prometheus with { Host = v } }),
        Setting.Int<KairosTelemetryOptions>("telemetry.prometheus.port", 1, 65535, s => s.Prometheus.Port, (s, v) => s with { Prometheus = s.Prometheus with { Port = v } }),
        Duration("telemetry.shutdown-timeout", s => s.ShutdownTimeout, (s, v) => s with { ShutdownTimeout = v }),
        Text("telemetry.resource", "name=value pairs separated by commas", NamedValues.AreWellFormed, s => s.ResourceAttributes, (s, v) => s with { ResourceAttributes = v }),
        Duration("telemetry.metrics.interval", s => s.MetricsInterval, (s, v) => s with { MetricsInterval = v })
            with { Standard = [new Variable("OTEL_METRIC_EXPORT_INTERVAL", Variable.FromMilliseconds)] },
        Duration("telemetry.metrics.timeout", s => s.ExportTimeout, (s, v) => s with { ExportTimeout = v })
            with { Standard = [new Variable("OTEL_METRIC_EXPORT_TIMEOUT", Variable.FromMilliseconds)] },
        Text("service.name", "a text that is not empty", value => value.Length > 0, s => s.ServiceName, (s, v) => s with { ServiceName = v })
            with { Standard = [new Variable("OTEL_SERVICE_NAME")] },
        Text("service.instance-id", "a text", _ => true, s => s.ServiceInstanceId, (s, v) => s with { ServiceInstanceId = v }),
        Text("service.version", "a text that is not empty", value => value.Length > 0, s => s.ServiceVersion, (s, v) => s with { ServiceVersion = v }),
    ];

    /// <summary>Kairos' own variable of a key: the key in capitals, and with what unit.</summary>
    public static Variable OwnOf(Setting setting)
    {
        var name = $"KAIROS_{setting.Key.ToUpperInvariant().Replace('.', '_').Replace('-', '_')}";
        return setting.Kind == SettingKind.Duration ? Variable.Seconds(name + "_SECONDS") : new Variable(name);
    }

    private static Setting<KairosTelemetryOptions> Duration(
        string key, Func<KairosTelemetryOptions, TimeSpan> get, Func<KairosTelemetryOptions, TimeSpan, KairosTelemetryOptions> set) =>
        Setting.Duration(key, Instant, Day, get, set);

    private static Setting<KairosTelemetryOptions> Text(
        string key, string allowed, Func<string, bool> isAllowed, Func<KairosTelemetryOptions, string> get, Func<KairosTelemetryOptions, string, KairosTelemetryOptions> set) =>
        Setting.Text(key, allowed, isAllowed, get, set);
}
