using System.Diagnostics.CodeAnalysis;
using System.Net;
using Kairos.Hosting.Settings;

namespace Kairos.Host.Configuration;

/// <summary>
/// Where OTLP goes. People write <c>collector:4317</c>; a <see cref="Uri"/> takes that for a scheme and every export would fail in silence, so
/// the scheme is added here: <c>http</c> when insecure, <c>https</c> otherwise.
/// </summary>
internal static class OtlpEndpoint
{
    private const string Key = "kairos.telemetry.otlp.insecure";

    public static bool IsWellFormed(string text) => text.Length == 0 || TryParse(text, "http", out _);

    /// <summary>Whether the transport is unencrypted: as it is written, else as the endpoint's scheme says, else for loopback only.</summary>
    public static bool IsInsecure(HostSettings settings) =>
        settings.OtlpInsecure ?? SchemeOf(Written(settings)) switch
        {
            "http" => true,
            "https" => false,
            _ => TryParse(Written(settings), "http", out var uri) && IsLoopback(uri),
        };

    /// <summary>The address for one signal.</summary>
    /// <param name="settings">The host's settings, checked.</param>
    /// <param name="signal"><c>metrics</c>, <c>traces</c> or <c>logs</c>; part of the address for http/protobuf.</param>
    public static Uri For(HostSettings settings, string signal)
    {
        if (!TryParse(Written(settings), IsInsecure(settings) ? "http" : "https", out var uri))
            throw new InvalidOperationException($"not an endpoint: {Written(settings)}");
        if (settings.OtlpProtocol == OtlpProtocol.Grpc) return uri;
        var path = uri.AbsolutePath.TrimEnd('/');
        return path.EndsWith("/v1/" + signal, StringComparison.Ordinal)
            ? uri
            : new UriBuilder(uri) { Path = $"{path}/v1/{signal}" }.Uri;
    }

    /// <summary>What is wrong with endpoint and insecure together, or null.</summary>
    public static SettingProblem? Contradiction(HostSettings settings)
    {
        var scheme = SchemeOf(Written(settings));
        if (scheme is null || settings.OtlpInsecure is not { } insecure || insecure == (scheme == "http")) return null;
        return new SettingProblem(Key, insecure ? "true" : "false", $"contradicts the endpoint, which says {scheme}://");
    }

    /// <summary>The endpoint as it was written, or the standard port of the protocol on this machine.</summary>
    public static string Written(HostSettings settings) =>
        settings.OtlpEndpoint.Length > 0 ? settings.OtlpEndpoint
        : settings.OtlpProtocol == OtlpProtocol.Grpc ? "localhost:4317"
        : "localhost:4318";

    private static string? SchemeOf(string text) =>
        text.IndexOf("://", StringComparison.Ordinal) is > 0 and var end ? text[..end].ToLowerInvariant() : null;

    private static bool TryParse(string text, string defaultScheme, [NotNullWhen(true)] out Uri? uri)
    {
        var scheme = SchemeOf(text);
        uri = null;
        if (text.Any(char.IsWhiteSpace) || scheme is not (null or "http" or "https")) return false;
        return Uri.TryCreate(scheme is null ? $"{defaultScheme}://{text}" : text, UriKind.Absolute, out uri)
            && uri.Host.Length > 0
            && uri.Port > 0
            && uri.UserInfo.Length == 0
            && uri.Query.Length == 0;
    }

    private static bool IsLoopback(Uri uri) =>
        uri.IsLoopback || (IPAddress.TryParse(uri.DnsSafeHost, out var address) && IPAddress.IsLoopback(address));
}
