using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace Kairos.Telemetry.Otlp;

/// <summary>
/// Where OTLP goes. People write <c>collector:4317</c>; a <see cref="Uri"/> takes that for a scheme and every export would fail in silence, so
/// the scheme is added here: <c>http</c> when insecure, <c>https</c> otherwise.
/// </summary>
internal static class OtlpEndpoint
{
    private const string Key = "kairos.telemetry.otlp.insecure";

    public static bool IsWellFormed(string text) => text.Length == 0 || TryParse(text, "http", out _);

    /// <summary>Whether the transport is unencrypted: as it is written, else as the endpoint's scheme says, else for loopback only.</summary>
    public static bool IsInsecure(OtlpOptions options) =>
        options.Insecure ?? SchemeOf(Written(options)) switch
        {
            "http" => true,
            "https" => false,
            _ => TryParse(Written(options), "http", out var uri) && IsLoopback(uri),
        };

    /// <summary>The address for one signal; for http/protobuf its name is part of the path.</summary>
    public static Uri For(OtlpOptions options, TelemetrySignal signal)
    {
        if (!TryParse(Written(options), IsInsecure(options) ? "http" : "https", out var uri))
            throw new InvalidOperationException($"not an endpoint: {Written(options)}");
        if (options.Protocol == OtlpProtocol.Grpc || options.EndpointIsWhole) return uri;
        var path = uri.AbsolutePath.TrimEnd('/');
        foreach (var other in SignalNames.All)
        {
            if (path.EndsWith(PathOf(other), StringComparison.Ordinal)) path = path[..^PathOf(other).Length]; // pasted with one signal's path
        }

        return new UriBuilder(uri) { Path = path + PathOf(signal) }.Uri;
    }

    /// <summary>What is wrong with endpoint and insecure together, or null.</summary>
    public static SettingProblem? Contradiction(OtlpOptions options)
    {
        var scheme = SchemeOf(Written(options));
        if (scheme is null || options.Insecure is not { } insecure || insecure == (scheme == "http")) return null;
        return new SettingProblem(Key, insecure ? "true" : "false", $"contradicts the endpoint, which says {scheme}://");
    }

    /// <summary>The endpoint as it was written, or the standard port of the protocol on this machine.</summary>
    public static string Written(OtlpOptions options) =>
        options.Endpoint.Length > 0 ? options.Endpoint
        : options.Protocol == OtlpProtocol.Grpc ? "localhost:4317"
        : "localhost:4318";

    private static string PathOf(TelemetrySignal signal) => "/v1/" + signal.ToWireName();

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
            && uri.Query.Length == 0
            && uri.Fragment.Length == 0;
    }

    private static bool IsLoopback(Uri uri) =>
        uri.IsLoopback || (IPAddress.TryParse(uri.DnsSafeHost, out var address) && IPAddress.IsLoopback(address));
}
