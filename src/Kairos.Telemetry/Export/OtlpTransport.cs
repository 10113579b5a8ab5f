using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Kairos.Telemetry.Configuration;
using Kairos.Telemetry.Otlp;
using OpenTelemetry.Exporter;

namespace Kairos.Telemetry.Export;

/// <summary>Turns settings into those of OpenTelemetry's exporters, and makes the HTTP client that they send with.</summary>
internal static class OtlpTransport
{
    // The same connection for ever would never notice that the collector's name has moved.
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(5);

    /// <summary>Sets all options of one signal's exporter.</summary>
    public static void Configure(OtlpExporterOptions exporter, TelemetrySettings settings, TelemetrySignal signal, ExportHealth health)
    {
        // The reader's own limit is not enforced by the SDK; that of the HTTP client is. The shorter of the two holds.
        var options = settings.Of(signal);
        var timeout = options.Timeout < settings.Options.ExportTimeout ? options.Timeout : settings.Options.ExportTimeout;
        var isGrpc = options.Protocol == OtlpProtocol.Grpc;
        exporter.Endpoint = OtlpEndpoint.For(options, signal);
        exporter.Protocol = isGrpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;
        exporter.TimeoutMilliseconds = (int)Math.Ceiling(timeout.TotalMilliseconds);
        exporter.Headers = ""; // set below, as they are meant
        exporter.Compression = options.Compression == OtlpCompression.Gzip ? OtlpExportCompression.GZip : OtlpExportCompression.None;
        exporter.HttpClientFactory = () => CreateClient(options, CarriesRefused(settings, signal), health[signal], timeout);
    }

    /// <summary>A total makes good what was refused before it. What came since the last export is carried on, unless the SDK keeps it on disk.</summary>
    private static bool CarriesRefused(TelemetrySettings settings, TelemetrySignal signal) =>
        signal == TelemetrySignal.Metrics && settings.Options.Temporality == MetricTemporality.Delta && settings.Options.Otlp.Retry != OtlpRetry.Disk;

    private static HttpClient CreateClient(OtlpOptions options, bool carriesRefused, ExportHealth.SignalHealth signal, TimeSpan timeout)
    {
        var isGrpc = options.Protocol == OtlpProtocol.Grpc;
        HttpMessageHandler handler = new ExportObserver(CreateHandler(options), signal, isGrpc);
        if (carriesRefused) handler = new RefusedDeltas(handler, signal, isGrpc);
        var client = new HttpClient(handler) { Timeout = timeout };
        foreach (var (name, value) in OtlpHeaders.For(options)) client.DefaultRequestHeaders.TryAddWithoutValidation(name, value);
        return client;
    }

    private static SocketsHttpHandler CreateHandler(OtlpOptions options)
    {
        var ssl = new SslClientAuthenticationOptions();
        if (options.Certificate.Length > 0)
        {
            ssl.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            ssl.CertificateChainPolicy.CustomTrustStore.AddRange(PemFiles.Authorities(options.Certificate));
        }

        if (options.ClientCertificate.Length > 0) ssl.ClientCertificates = [PemFiles.Client(options.ClientCertificate, options.ClientKey)];

        // A redirection would take the headers, which are secrets, elsewhere.
        return new SocketsHttpHandler { SslOptions = ssl, AllowAutoRedirect = false, PooledConnectionLifetime = ConnectionLifetime };
    }
}
