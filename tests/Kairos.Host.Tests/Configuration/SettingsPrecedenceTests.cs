namespace Kairos.Host.Tests.Configuration;

public sealed class SettingsPrecedenceTests
{
    /// <summary>Key; Kairos' variable, value, shown; in the file, shown; OpenTelemetry's variable, value, shown; the default.</summary>
    public static TheoryData<string, string[], string[], string[], string> Keys => new()
    {
        { "telemetry.exporter", ["KAIROS_TELEMETRY_EXPORTER", "otlp", "otlp"], ["none", "none"], ["OTEL_METRICS_EXPORTER", "console", "stdout"], "stdout" },
        {
            "telemetry.otlp.endpoint", ["KAIROS_TELEMETRY_OTLP_ENDPOINT", "a:1", "a:1"], ["\"http://b:2\"", "http://b:2"],
            ["OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:3", "http://c:3"], "localhost:4317"
        },
        { "telemetry.otlp.insecure", ["KAIROS_TELEMETRY_OTLP_INSECURE", "false", "false"], ["on", "true"], ["OTEL_EXPORTER_OTLP_INSECURE", "FALSE", "false"], "true" },
        { "telemetry.otlp.timeout", ["KAIROS_TELEMETRY_OTLP_TIMEOUT_SECONDS", "1.5", "1500ms"], ["2 minutes", "2m"], ["OTEL_EXPORTER_OTLP_TIMEOUT", "3000", "3s"], "10s" },
        {
            "telemetry.otlp.protocol", ["KAIROS_TELEMETRY_OTLP_PROTOCOL", "grpc", "grpc"], ["http/protobuf", "http/protobuf"],
            ["OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf", "http/protobuf"], "grpc"
        },
        { "telemetry.otlp.headers", ["KAIROS_TELEMETRY_OTLP_HEADERS", "a=1", "***"], ["\"b=2\"", "***"], ["OTEL_EXPORTER_OTLP_HEADERS", "c=3", "***"], "(none)" },
        { "telemetry.otlp.user", ["KAIROS_TELEMETRY_OTLP_USER", "a", "a"], ["b", "b"], [], "(none)" },
        { "telemetry.otlp.token", ["KAIROS_TELEMETRY_OTLP_TOKEN", "a", "***"], ["b", "***"], [], "(none)" },
        {
            "telemetry.metrics.interval", ["KAIROS_TELEMETRY_METRICS_INTERVAL_SECONDS", "0.001", "1ms"], ["1d", "1d"],
            ["OTEL_METRIC_EXPORT_INTERVAL", "5000", "5s"], "60s"
        },
        { "telemetry.metrics.timeout", ["KAIROS_TELEMETRY_METRICS_TIMEOUT_SECONDS", "1", "1s"], ["2h", "2h"], ["OTEL_METRIC_EXPORT_TIMEOUT", "250", "250ms"], "30s" },
        { "service.name", ["KAIROS_SERVICE_NAME", "a", "a"], ["b", "b"], ["OTEL_SERVICE_NAME", "c", "c"], "kairos" },
        { "service.version", ["KAIROS_SERVICE_VERSION", "1-a", "1-a"], ["2.0", "2.0"], [], "0.9.0" },
    };

    [Theory]
    [MemberData(nameof(Keys))]
    public void The_strongest_place_where_a_key_is_set_counts(string key, string[] own, string[] file, string[] standard, string fallback)
    {
        var hocon = $"kairos.{key} = {file[0]}";
        (string, string)[] both = standard.Length > 0 ? [(own[0], own[1]), (standard[0], standard[1])] : [(own[0], own[1])];

        Assert.Equal((own[2], $"variable {own[0]}"), Loading.Show($"kairos.{key}", hocon, both));
        Assert.Equal((file[1], Loading.File), Loading.Show($"kairos.{key}", hocon, both[1..]));
        Assert.Equal((own[2], $"variable {own[0]}"), Loading.Show($"kairos.{key}", "", both));
        if (standard.Length > 0) Assert.Equal((standard[2], $"variable {standard[0]}"), Loading.Show($"kairos.{key}", "", both[1..]));
        Assert.Equal((fallback, "default"), Loading.Show($"kairos.{key}", ""));
    }

    [Theory]
    [InlineData("telemetry.otlp.endpoint", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "http://a:1", "OTEL_EXPORTER_OTLP_ENDPOINT", "http://b:2", "http://a:1")]
    [InlineData("telemetry.otlp.timeout", "OTEL_EXPORTER_OTLP_METRICS_TIMEOUT", "7", "OTEL_EXPORTER_OTLP_TIMEOUT", "8", "7ms")]
    [InlineData("telemetry.otlp.protocol", "OTEL_EXPORTER_OTLP_METRICS_PROTOCOL", "http/protobuf", "OTEL_EXPORTER_OTLP_PROTOCOL", "grpc", "http/protobuf")]
    [InlineData("telemetry.otlp.headers", "OTEL_EXPORTER_OTLP_METRICS_HEADERS", "a=1", "OTEL_EXPORTER_OTLP_HEADERS", "b=2", "***")]
    public void The_standard_variable_of_the_signal_beats_that_of_all_signals(
        string key, string ofSignal, string value, string ofAll, string other, string shown) =>
        Assert.Equal((shown, $"variable {ofSignal}"), Loading.Show($"kairos.{key}", "", (ofSignal, value), (ofAll, other)));

    [Theory]
    [InlineData("true")]
    [InlineData("TRUE")]
    public void A_disabled_sdk_exports_nothing_whatever_else_is_set(string value) => Assert.Equal(
        ("none", "variable OTEL_SDK_DISABLED"),
        Loading.Show(
            "kairos.telemetry.exporter", "kairos.telemetry.exporter = stdout", ("OTEL_SDK_DISABLED", value), ("KAIROS_TELEMETRY_EXPORTER", "otlp")));

    [Fact]
    public void An_sdk_that_is_not_disabled_changes_nothing() => Assert.Equal(
        ("otlp", Loading.File),
        Loading.Show("kairos.telemetry.exporter", "kairos.telemetry.exporter = otlp", ("OTEL_SDK_DISABLED", "false")));

    [Fact]
    public void An_empty_variable_is_not_set() => Assert.Equal(
        ("stdout", "default"),
        Loading.Show("kairos.telemetry.exporter", "", ("KAIROS_TELEMETRY_EXPORTER", ""), ("OTEL_SDK_DISABLED", "")));

    [Fact]
    public void A_component_shows_from_whom_it_has_each_value()
    {
        const string Hocon = """
            kairos {
              defaults.breaker.window = 90s
              components { tools.breaker.open-duration = 5s, "tools/search".breaker.half-open-calls = 3 }
            }
            """;

        Assert.Equal(("90s", "FILE, by kairos.defaults"), Loading.Show("kairos.components.\"tools/search\".breaker.window", Hocon));
        Assert.Equal(("5s", "FILE, by tools"), Loading.Show("kairos.components.\"tools/search\".breaker.open-duration", Hocon));
        Assert.Equal(("3", "FILE"), Loading.Show("kairos.components.\"tools/search\".breaker.half-open-calls", Hocon));
        Assert.Equal(("1", "default"), Loading.Show("kairos.components.tools.breaker.half-open-calls", Hocon));
        Assert.Equal(("90s", "FILE, by kairos.defaults"), Loading.Show("kairos.components.llm.breaker.window", Hocon));
    }
}
