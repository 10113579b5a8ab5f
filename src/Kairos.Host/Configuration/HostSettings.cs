using Kairos.Hosting;

namespace Kairos.Host.Configuration;

internal enum ExporterKind
{
    Otlp,
    Stdout,
    None,
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

    public TimeSpan MetricsInterval { get; init; } = TimeSpan.FromSeconds(60);

    public TimeSpan ExportTimeout { get; init; } = TimeSpan.FromSeconds(30);

    public string ServiceName { get; init; } = "kairos";

    public string ServiceVersion { get; init; } = KairosReference.Version;
}
