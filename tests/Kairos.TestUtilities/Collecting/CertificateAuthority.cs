using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Kairos.TestUtilities.Collecting;

/// <summary>An authority that nobody knows, made for one test, and the certificates that it issues.</summary>
internal sealed class CertificateAuthority : IDisposable
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();
    private readonly X509Certificate2 _certificate;
    private long _serial;

    public CertificateAuthority(string name = "authority")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        _certificate = request.CreateSelfSigned(Now.AddDays(-1), Now.AddDays(1));
    }

    /// <summary>The authority's own certificate, for those who are to trust it.</summary>
    public string Pem => _certificate.ExportCertificatePem();

    /// <summary>A certificate, with its key, for a server on this machine: for <c>127.0.0.1</c>, or for another name.</summary>
    public X509Certificate2 IssueServer(string? otherName = null)
    {
        var names = new SubjectAlternativeNameBuilder();
        if (otherName is null) names.AddIpAddress(IPAddress.Loopback);
        else names.AddDnsName(otherName);
        return Issue("server", "1.3.6.1.5.5.7.3.1", names);
    }

    /// <summary>A certificate, with its key, for a client.</summary>
    public X509Certificate2 IssueClient() => Issue("client", "1.3.6.1.5.5.7.3.2");

    /// <summary>Whether a certificate comes from this authority.</summary>
    public bool Issued(X509Certificate2 certificate)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.CustomTrustStore.Add(_certificate);
        return chain.Build(certificate);
    }

    public void Dispose() => _certificate.Dispose();

    private X509Certificate2 Issue(string name, string purpose, SubjectAlternativeNameBuilder? names = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], false));
        if (names is not null) request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(_certificate, Now.AddHours(-1), Now.AddHours(12), BitConverter.GetBytes(++_serial));
        return certificate.CopyWithPrivateKey(key);
    }
}
