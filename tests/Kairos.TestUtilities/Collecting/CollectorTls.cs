using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Kairos.TestUtilities.Collecting;

/// <summary>How a collector identifies itself and its clients.</summary>
/// <param name="certificate">Its certificate, with the key.</param>
internal sealed class CollectorTls(X509Certificate2 certificate)
{
    /// <summary>Holds for connections that are made from now on.</summary>
    public X509Certificate2 Certificate { get; set; } = certificate;

    /// <summary>Whose certificates its clients must have; null where they need none.</summary>
    public CertificateAuthority? ClientAuthority { get; init; }

    public void Configure(HttpsConnectionAdapterOptions https)
    {
        https.ServerCertificateSelector = (_, _) => Certificate;
        if (ClientAuthority is null) return;
        https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
        https.ClientCertificateValidation = (client, _, _) => ClientAuthority.Issued(client);
    }
}
