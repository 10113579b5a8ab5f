using Kairos.Errors;

namespace Kairos;

/// <summary>How OTLP is transported.</summary>
public enum OtlpProtocol
{
    /// <summary>gRPC over HTTP/2; its port is 4317.</summary>
    Grpc,

    /// <summary>Protobuf over HTTP/1.1; its port is 4318.</summary>
    HttpProtobuf,
}

/// <summary>How what is sent is compressed.</summary>
public enum OtlpCompression
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>By gzip.</summary>
    Gzip,
}

/// <summary>What becomes of an export that failed for a passing reason.</summary>
public enum OtlpRetry
{
    /// <summary>It is given up. Totals are made good by the next export; spans and log records are lost.</summary>
    None,

    /// <summary>It is repeated with growing delays until its time is over, <see cref="OtlpOptions.Timeout"/>.</summary>
    Memory,

    /// <summary>It is written to <see cref="OtlpOptions.RetryDirectory"/> and sent later, every minute and after a restart.</summary>
    Disk,
}

/// <summary>How telemetry is sent by OTLP. Not thread-safe.</summary>
public sealed record OtlpOptions
{
    /// <summary>
    /// <c>host:port</c>, or an address with <c>http://</c> or <c>https://</c>. Default: empty, which is <c>localhost</c> with the protocol's
    /// port.
    /// </summary>
    public string Endpoint
    {
        get;
        set => (field, EndpointIsWhole) = (value, false);
    } = "";

    /// <summary>Whether to send unencrypted. Default: null, which is as the endpoint's scheme says; without one, yes for loopback, else no.</summary>
    public bool? Insecure { get; set; }

    /// <summary>Time that one request may take: 1 ms to 1 d. Default: 10 s.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The transport. Default: <see cref="OtlpProtocol.Grpc"/>.</summary>
    public OtlpProtocol Protocol { get; set; } = OtlpProtocol.Grpc;

    /// <summary>Headers of every request, as <c>name=value</c> pairs separated by commas, values percent-encoded where they hold
    /// one (<c>%2C</c>). A secret: it is never printed. Default: none.</summary>
    public string Headers { get; set; } = "";

    /// <summary>The user for basic authentication. Default: none.</summary>
    public string User { get; set; } = "";

    /// <summary>The password or token for basic authentication. A secret: it is never printed. Default: none.</summary>
    public string Token { get; set; } = "";

    /// <summary>How requests are compressed. Default: not at all.</summary>
    public OtlpCompression Compression { get; set; } = OtlpCompression.None;

    /// <summary>A PEM file with the certificates of the authorities to trust. Default: empty, which is the machine's.</summary>
    public string Certificate { get; set; } = "";

    /// <summary>A PEM file with this client's certificate. Default: none.</summary>
    public string ClientCertificate { get; set; } = "";

    /// <summary>A PEM file with the key of <see cref="ClientCertificate"/>.</summary>
    public string ClientKey { get; set; } = "";

    /// <summary>What becomes of an export that failed for a passing reason. Default: <see cref="OtlpRetry.None"/>.</summary>
    public OtlpRetry Retry { get; set; } = OtlpRetry.None;

    /// <summary>Where <see cref="OtlpRetry.Disk"/> keeps what it has still to send; needed for it, and for it alone.</summary>
    public string RetryDirectory { get; set; } = "";

    /// <summary>What is set, without secrets.</summary>
    public override string ToString() =>
        $"{nameof(OtlpOptions)} {{ Endpoint = {Redaction.Of(Endpoint)}, Insecure = {Insecure}, Timeout = {Timeout}, Protocol = {Protocol}, Headers = {Hidden(Headers)}, "
        + $"User = {Redaction.OneLine(User)}, Token = {Hidden(Token)}, Compression = {Compression}, Retry = {Retry} }}";

    private static string Hidden(string secret) => secret.Length == 0 ? "" : "***";

    /// <summary>The endpoint is that of one signal and is used as it is (OpenTelemetry's rule for <c>OTEL_EXPORTER_OTLP_METRICS_ENDPOINT</c> and its kin).</summary>
    internal bool EndpointIsWhole { get; set; }
}
