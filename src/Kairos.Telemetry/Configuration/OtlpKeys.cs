using Kairos.Configuration;
using Kairos.Telemetry.Otlp;

namespace Kairos.Telemetry.Configuration;

/// <summary>
/// The keys below <c>kairos.telemetry.otlp</c>. For most OpenTelemetry has a variable of each signal and one of all signals.
/// </summary>
internal static class OtlpKeys
{
    private static readonly Dictionary<string, OtlpProtocol> Protocols = new()
    {
        ["grpc"] = OtlpProtocol.Grpc,
        ["http/protobuf"] = OtlpProtocol.HttpProtobuf,
    };

    private static readonly Dictionary<string, OtlpCompression> Compressions = new()
    {
        ["none"] = OtlpCompression.None,
        ["gzip"] = OtlpCompression.Gzip,
    };

    private static readonly Dictionary<string, OtlpRetry> Retries = new()
    {
        ["none"] = OtlpRetry.None,
        ["memory"] = OtlpRetry.Memory,
        ["disk"] = OtlpRetry.Disk,
    };

    public static IReadOnlyList<Setting<KairosTelemetryOptions>> All { get; } =
    [
        .. new[]
        {
            Text("endpoint", "host:port, or an http:// or https:// address (in a file: in quotes, because // begins a comment)", OtlpEndpoint.IsWellFormed, s => s.Endpoint, (s, v) => s with { Endpoint = v })
                with { IsSecret = value => value.AsSpan().IndexOfAny("@?#") >= 0, Standard = Variables("ENDPOINT") },
            Setting.Bool<OtlpOptions>("insecure", OtlpEndpoint.IsInsecure, (s, v) => s with { Insecure = v })
                with { Standard = Variables("INSECURE", value => value.ToLowerInvariant()) },
            Setting.Duration<OtlpOptions>("timeout", TelemetryKeys.Instant, TelemetryKeys.Day, s => s.Timeout, (s, v) => s with { Timeout = v })
                with { Standard = Variables("TIMEOUT", Variable.FromMilliseconds) },
            Setting.Choice<OtlpOptions, OtlpProtocol>("protocol", Protocols, s => s.Protocol, (s, v) => s with { Protocol = v })
                with { Standard = Variables("PROTOCOL") },
            Text("headers", "name=value pairs separated by commas, of printable ASCII; a comma in a value is written %2C", OtlpHeaders.AreCarried, s => s.Headers, (s, v) => s with { Headers = v })
                with { IsSecret = _ => true, Standard = Variables("HEADERS") },
            Text("user", "a name without ':'", value => !value.Contains(':', StringComparison.Ordinal), s => s.User, (s, v) => s with { User = v })
                with { IsSecret = value => value.Contains(':', StringComparison.Ordinal) },
            Text("token", "a text", _ => true, s => s.Token, (s, v) => s with { Token = v }) with { IsSecret = _ => true },
            Setting.Choice<OtlpOptions, OtlpCompression>("compression", Compressions, s => s.Compression, (s, v) => s with { Compression = v })
                with { Standard = Variables("COMPRESSION") },
            File("certificate", PemFiles.HoldsAuthorities, s => s.Certificate, (s, v) => s with { Certificate = v }) with { Standard = Variables("CERTIFICATE") },
            File("client-certificate", PemFiles.HoldsCertificate, s => s.ClientCertificate, (s, v) => s with { ClientCertificate = v })
                with { Standard = Variables("CLIENT_CERTIFICATE") },
            File("client-key", System.IO.File.Exists, s => s.ClientKey, (s, v) => s with { ClientKey = v }) with { Standard = Variables("CLIENT_KEY") },
            Setting.Choice<OtlpOptions, OtlpRetry>("retry", Retries, s => s.Retry, (s, v) => s with { Retry = v })
                with { Standard = [new Variable("OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY", value => value == "in_memory" ? "memory" : value)] },
            Text("retry-directory", "a folder", value => value.IndexOfAny(Path.GetInvalidPathChars()) < 0, s => s.RetryDirectory, (s, v) => s with { RetryDirectory = v })
                with { Standard = [new Variable("OTEL_DOTNET_EXPERIMENTAL_OTLP_DISK_RETRY_DIRECTORY_PATH")] },
        }.Select(setting => setting.Within<KairosTelemetryOptions>("telemetry.otlp", s => s.Otlp, (s, v) => s with { Otlp = v })),
    ];

    /// <summary>OpenTelemetry's variable of each signal, and the one of all signals.</summary>
    private static Variable[] Variables(string name, Func<string, string?>? translate = null) =>
        [new($"OTEL_EXPORTER_OTLP_*_{name}", translate), new($"OTEL_EXPORTER_OTLP_{name}", translate)];

    private static Setting<OtlpOptions> File(
        string key, Func<string, bool> isWhole, Func<OtlpOptions, string> get, Func<OtlpOptions, string, OtlpOptions> set) =>
        Text(key, "a PEM file that exists and holds it", value => value.Length == 0 || isWhole(value), get, set);

    private static Setting<OtlpOptions> Text(
        string key, string allowed, Func<string, bool> isAllowed, Func<OtlpOptions, string> get, Func<OtlpOptions, string, OtlpOptions> set) =>
        Setting.Text(key, allowed, isAllowed, get, set);
}
