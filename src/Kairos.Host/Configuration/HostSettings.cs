using Kairos.Hosting;

namespace Kairos.Host.Configuration;

internal enum ExporterKind
{
    Otlp,
    Stdout,
    None,
}

internal enum OtlpCompression
{
    None,
    Gzip,
}

internal enum Temporality
{
    Cumulative,
    Delta,
}

internal enum OtlpProtocol
{
    Grpc,
    HttpProtobuf,
}

/// <summary>What the host itself is set to, as it was written. Immutable. Checked as a whole by <see cref="SettingsLoader"/>.</summary>
internal sealed record HostSettings
{
    public ExporterKind Exporter { get; init; } = ExporterKind.Stdout;

    /// <summary>As it was written; empty where it was not: then it follows from the protocol.</summary>
    public string OtlpEndpoint { get; init; } = "";

    /// <summary>Null where it was not written: then it follows from the endpoint.</summary>
    public bool? OtlpInsecure { get; init; }

    public TimeSpan OtlpTimeout { get; init; } = TimeSpan.FromSeconds(10);

    public OtlpProtocol OtlpProtocol { get; init; } = OtlpProtocol.Grpc;

    public string OtlpHeaders { get; init; } = "";

    public string OtlpUser { get; init; } = "";

    public string OtlpToken { get; init; } = "";

    public OtlpCompression OtlpCompression { get; init; } = OtlpCompression.None;

    /// <summary>A file with the certificates of the authorities to trust; empty: the machine's.</summary>
    public string OtlpCertificate { get; init; } = "";

    /// <summary>A file with this client's certificate; empty: none.</summary>
    public string OtlpClientCertificate { get; init; } = "";

    /// <summary>A file with the key of the client's certificate.</summary>
    public string OtlpClientKey { get; init; } = "";

    public Temporality Temporality { get; init; } = Temporality.Cumulative;

    public bool PrometheusEnabled { get; init; }

    public string PrometheusHost { get; init; } = "localhost";

    public int PrometheusPort { get; init; } = 9464;

    /// <summary>How long the last exports of all signals may take together.</summary>
    public TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromSeconds(5);

    public TimeSpan MetricsInterval { get; init; } = TimeSpan.FromSeconds(60);

    public TimeSpan ExportTimeout { get; init; } = TimeSpan.FromSeconds(30);

    public string ServiceName { get; init; } = "kairos";

    /// <summary>What tells this process from others of the same service; empty: a random one, where there is somebody to tell it to.</summary>
    public string ServiceInstanceId { get; init; } = "";

    /// <summary>Further attributes of the resource, as <c>name=value</c> pairs.</summary>
    public string ResourceAttributes { get; init; } = "";

    public string ServiceVersion { get; init; } = KairosReference.Version;
}
