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

    public static IReadOnlyList<TelemetryKey> All { get; } =
    [
        Key(Text("endpoint", "host:port, or an http:// or https:// address (in a file: in quotes, because // begins a comment)", OtlpEndpoint.IsWellFormed, s => s.Endpoint, (s, v) => s with { Endpoint = v }), "ENDPOINT")
            with { IsSecret = value => value.AsSpan().IndexOfAny("@?#") >= 0 },
        Key(Setting.Bool<OtlpOptions>("insecure", OtlpEndpoint.IsInsecure, (s, v) => s with { Insecure = v }), "INSECURE", value => value.ToLowerInvariant())
            with { IsWritten = options => options.Otlp.Insecure is not null },
        Key(Setting.Duration<OtlpOptions>("timeout", TelemetryKeys.Instant, TelemetryKeys.Day, s => s.Timeout, (s, v) => s with { Timeout = v }), "TIMEOUT", Variable.FromMilliseconds)
            with { Own = Variable.Seconds("KAIROS_TELEMETRY_OTLP_TIMEOUT_SECONDS") },
        Key(Setting.Choice<OtlpOptions, OtlpProtocol>("protocol", Protocols, s => s.Protocol, (s, v) => s with { Protocol = v }), "PROTOCOL"),
        Key(Text("headers", "name=value pairs separated by commas, of printable ASCII; a comma in a value is written %2C", OtlpHeaders.AreCarried, s => s.Headers, (s, v) => s with { Headers = v }), "HEADERS")
            with { IsSecret = _ => true },
        Key(Text("user", "a name without ':'", value => !value.Contains(':', StringComparison.Ordinal), s => s.User, (s, v) => s with { User = v }))
            with { IsSecret = value => value.Contains(':', StringComparison.Ordinal) },
        Key(Text("token", "a text", _ => true, s => s.Token, (s, v) => s with { Token = v })) with { IsSecret = _ => true },
        Key(Setting.Choice<OtlpOptions, OtlpCompression>("compression", Compressions, s => s.Compression, (s, v) => s with { Compression = v }), "COMPRESSION"),
        Key(File("certificate", PemFiles.HoldsAuthorities, s => s.Certificate, (s, v) => s with { Certificate = v }), "CERTIFICATE"),
        Key(File("client-certificate", PemFiles.HoldsCertificate, s => s.ClientCertificate, (s, v) => s with { ClientCertificate = v }), "CLIENT_CERTIFICATE"),
        Key(File("client-key", System.IO.File.Exists, s => s.ClientKey, (s, v) => s with { ClientKey = v }), "CLIENT_KEY"),
        Key(Setting.Choice<OtlpOptions, OtlpRetry>("retry", Retries, s => s.Retry, (s, v) => s with { Retry = v }))
            with { Standard = [new Variable("OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY", value => value == "in_memory" ? "memory" : value)] },
        Key(Text("retry-directory", "a folder", value => value.IndexOfAny(Path.GetInvalidPathChars()) < 0, s => s.RetryDirectory, (s, v) => s with { RetryDirectory = v }))
            with { Standard = [new Variable("OTEL_DOTNET_EXPERIMENTAL_OTLP_DISK_RETRY_DIRECTORY_PATH")] },
    ];

    /// <summary>A key, its own variable, and OpenTelemetry's two where it has them.</summary>
    private static TelemetryKey Key(Setting<OtlpOptions> setting, string? standard = null, Func<string, string?>? translate = null)
    {
        var name = setting.Key.ToUpperInvariant().Replace('-', '_');
        Variable[] others = standard is null
            ? []
            : [new($"OTEL_EXPORTER_OTLP_*_{standard}", translate), new($"OTEL_EXPORTER_OTLP_{standard}", translate)];
        return new TelemetryKey(Lift(setting), new Variable($"KAIROS_TELEMETRY_OTLP_{name}"), others);
    }

    private static Setting<TelemetryOptions> Lift(Setting<OtlpOptions> setting) => new(
        $"telemetry.otlp.{setting.Key}",
        setting.Allowed,
        text => setting.Read(text) is { } change ? options => options with { Otlp = change(options.Otlp) } : null,
        options => setting.Write(options.Otlp));

    private static Setting<OtlpOptions> File(
        string key, Func<string, bool> isWhole, Func<OtlpOptions, string> get, Func<OtlpOptions, string, OtlpOptions> set) =>
        Text(key, "a PEM file that exists and holds it", value => value.Length == 0 || isWhole(value), get, set);

    private static Setting<OtlpOptions> Text(
        string key, string allowed, Func<string, bool> isAllowed, Func<OtlpOptions, string> get, Func<OtlpOptions, string, OtlpOptions> set) =>
        new(key, allowed, text => isAllowed(text) ? settings => set(settings, text) : null, get);
}
