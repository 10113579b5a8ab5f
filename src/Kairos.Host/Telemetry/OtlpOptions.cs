using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Kairos.Host.Configuration;
using OpenTelemetry.Exporter;

namespace Kairos.Host.Telemetry;

/// <summary>Turns the host's settings into those of OpenTelemetry's exporters.</summary>
internal static class OtlpOptions
{
    /// <summary>The options for one signal: <c>metrics</c>, <c>traces</c> or <c>logs</c>.</summary>
    public static OtlpExporterOptions For(HostSettings settings, string signal)
    {
        var options = new OtlpExporterOptions();
        Apply(options, settings, signal);
        return options;
    }

    /// <summary>Sets all options for one signal.</summary>
    public static void Apply(OtlpExporterOptions options, HostSettings settings, string signal)
    {
        // The reader's own limit is not enforced by the SDK; that of the exporter is. The shorter of the two holds.
        var timeout = settings.OtlpTimeout < settings.ExportTimeout ? settings.OtlpTimeout : settings.ExportTimeout;
        options.Endpoint = OtlpEndpoint.For(settings, signal);
        options.Protocol = settings.OtlpProtocol == OtlpProtocol.Grpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;
        options.TimeoutMilliseconds = (int)Math.Ceiling(timeout.TotalMilliseconds);
        options.Headers = OtlpHeaders.For(settings);
        options.Compression = settings.OtlpCompression == OtlpCompression.Gzip ? OtlpExportCompression.GZip : OtlpExportCompression.None;
        if (settings.OtlpCertificate.Length > 0 || settings.OtlpClientCertificate.Length > 0)
            options.HttpClientFactory = () => new HttpClient(Handler(settings)) { Timeout = timeout };
    }

    private static SocketsHttpHandler Handler(HostSettings settings)
    {
        var ssl = new SslClientAuthenticationOptions();
        if (settings.OtlpCertificate.Length > 0)
        {
            var roots = new X509Certificate2Collection();
            roots.ImportFromPemFile(settings.OtlpCertificate);
            ssl.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            ssl.CertificateChainPolicy.CustomTrustStore.AddRange(roots);
        }

        if (settings.OtlpClientCertificate.Length > 0)
            ssl.ClientCertificates = [X509Certificate2.CreateFromPemFile(settings.OtlpClientCertificate, settings.OtlpClientKey)];
        return new SocketsHttpHandler { SslOptions = ssl };
    }
}
