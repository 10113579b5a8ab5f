using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Kairos.Telemetry.Otlp;

/// <summary>Reads certificates from PEM files, and tells beforehand whether that will work.</summary>
internal static class PemFiles
{
    /// <summary>The authorities in a file.</summary>
    /// <exception cref="CryptographicException">There is none in it, or one that is broken.</exception>
    public static X509Certificate2Collection Authorities(string file)
    {
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(file);
        return authorities.Count > 0 ? authorities : throw new CryptographicException("There is no certificate in the file.");
    }

    /// <summary>A certificate and its key.</summary>
    /// <exception cref="CryptographicException">They do not go together, or one of them is broken.</exception>
    public static X509Certificate2 Client(string certificate, string key) => X509Certificate2.CreateFromPemFile(certificate, key);

    public static bool HoldsAuthorities(string file) => Works(() => Authorities(file));

    public static bool HoldsCertificate(string file) => Works(() => X509Certificate2.CreateFromPem(File.ReadAllText(file)).Dispose());

    public static bool GoTogether(string certificate, string key) => Works(() => Client(certificate, key).Dispose());

    private static bool Works(Action read)
    {
        try
        {
            read();
            return true;
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
