using Akka.Configuration;
using Kairos.Configuration;
using Kairos.Telemetry.Configuration;
using Kairos.Telemetry.Otlp;

namespace Kairos.Telemetry.Tests.Configuration;

public sealed class TelemetryReaderTests
{
    private const string Endpoint = "kairos.telemetry.otlp.endpoint";

    [Fact]
    public void Code_beats_HOCON_and_the_standard_variable_and_is_beaten_by_Kairos_own()
    {
        var standard = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://standard:2");
        var own = ("KAIROS_TELEMETRY_OTLP_ENDPOINT", "own:3");
        const string Hocon = "kairos.telemetry.otlp.endpoint = \"hocon:4\"";

        Assert.Equal(("http://standard:2", "variable OTEL_EXPORTER_OTLP_ENDPOINT"), Show(null, "", standard));
        Assert.Equal(("hocon:4", "HOCON"), Show(null, Hocon, standard));
        Assert.Equal(("code:1", "code"), Show(Code, Hocon, standard));
        Assert.Equal(("own:3", "variable KAIROS_TELEMETRY_OTLP_ENDPOINT"), Show(Code, Hocon, standard, own));

        static void Code(KairosTelemetryOptions options) => options.Otlp.Endpoint = "code:1";

        static (string, string) Show(Action<KairosTelemetryOptions>? code, string hocon, params (string, string)[] variables)
        {
            var settings = Read(code, hocon, variables);
            return (settings.Options.Otlp.Endpoint, settings.Found.Origins[Endpoint]);
        }
    }

    [Fact]
    public void A_default_that_code_sets_holds_for_every_signal_as_any_other_value_does()
    {
        var settings = Read(
            options => (options.Exporter, options.Otlp.Timeout, options.Otlp.Endpoint) = (TelemetryExporter.Stdout, TimeSpan.FromSeconds(10), ""),
            "kairos.telemetry { exporter = none, otlp.timeout = 3s }",
            ("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "7"),
            ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://traces:1/custom"),
            ("OTEL_METRICS_EXPORTER", "otlp"));

        Assert.Equal((TelemetryExporter.Stdout, 10, 10), (settings.Options.Exporter, settings.Options.Otlp.Timeout.TotalSeconds, settings.Traces.Timeout.TotalSeconds));
        Assert.Equal(new Uri("http://localhost:4317"), OtlpEndpoint.For(settings.Traces, TelemetrySignal.Traces));
    }

    [Fact]
    public void A_page_that_is_set_but_not_switched_on_is_told()
    {
        Assert.Contains("kairos.telemetry.prometheus.port is set", Warning(options => options.Prometheus = new PrometheusOptions { Port = 9000 }), StringComparison.Ordinal);
        Assert.Contains("kairos.telemetry.prometheus.port is set", Warning(options => options.Prometheus = new PrometheusOptions()), StringComparison.Ordinal);
        Assert.Contains("kairos.telemetry.prometheus.host is set", Warning(null, "kairos.telemetry.prometheus.host = \"0.0.0.0\""), StringComparison.Ordinal);
        Assert.Contains("KAIROS_TELEMETRY_PROMETHEUS_PORT is set", Warning(null, "", ("KAIROS_TELEMETRY_PROMETHEUS_PORT", "9000")), StringComparison.Ordinal);
        Assert.Null(Warning(options => options.Prometheus = new PrometheusOptions { Enabled = false, Port = 9000 }));
        Assert.Null(Warning(options => options.Prometheus.Port = 9000, "kairos.telemetry.prometheus.enabled = on"));
        Assert.Null(Warning(null));

        static string? Warning(Action<KairosTelemetryOptions>? code, string hocon = "", params (string, string)[] variables) =>
            Read(code, hocon, variables).Warnings.SingleOrDefault();
    }

    [Fact]
    public void A_standard_variable_of_one_signal_is_that_signals_alone_and_its_address_is_used_as_it_is()
    {
        var settings = Read(
            options => options.Otlp.Protocol = OtlpProtocol.HttpProtobuf,
            "",
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://all:4318"),
            ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://traces:1/custom"),
            ("OTEL_EXPORTER_OTLP_LOGS_HEADERS", "x=y"));

        Assert.Equal(new Uri("http://all:4318/v1/metrics"), OtlpEndpoint.For(settings.Of(TelemetrySignal.Metrics), TelemetrySignal.Metrics));
        Assert.Equal(new Uri("http://traces:1/custom"), OtlpEndpoint.For(settings.Of(TelemetrySignal.Traces), TelemetrySignal.Traces));
        Assert.Equal(new Uri("http://all:4318/v1/logs"), OtlpEndpoint.For(settings.Of(TelemetrySignal.Logs), TelemetrySignal.Logs));
        Assert.Equal(("", "", "x=y"), (settings.Options.Otlp.Headers, settings.Traces.Headers, settings.Logs.Headers));
        Assert.Equal("variable OTEL_EXPORTER_OTLP_ENDPOINT", settings.Found.Origins[Endpoint]);
    }

    [Fact]
    public void An_endpoint_in_code_decides_whether_it_is_encrypted_unless_code_says_so_itself()
    {
        static void Code(KairosTelemetryOptions options) => options.Otlp = new OtlpOptions { Endpoint = "collector:4317" };

        Assert.Equal(new Uri("https://collector:4317"), OtlpEndpoint.For(Read(Code, "").Options.Otlp, TelemetrySignal.Metrics));
        Assert.Equal(
            new Uri("http://other:1"),
            OtlpEndpoint.For(Read(Code, "", ("KAIROS_TELEMETRY_OTLP_ENDPOINT", "http://other:1")).Options.Otlp, TelemetrySignal.Metrics));
    }

    [Fact]
    public void The_name_and_version_are_those_of_the_application_where_nobody_says()
    {
        var settings = Read(null, "").Options;

        Assert.Equal(("application", "1.2.3"), (settings.ServiceName, settings.ServiceVersion));
    }

    [Fact]
    public void All_that_is_wrong_in_code_is_told_at_once_and_once()
    {
        static void Code(KairosTelemetryOptions options)
        {
            options.MetricsInterval = TimeSpan.Zero;
            options.Prometheus.Port = 70_000;
            options.Otlp = new OtlpOptions { Headers = "s3cr3t", Certificate = "/no/such/file.pem" };
        }

        Assert.Equal(
            [
                "kairos.telemetry.metrics.interval", "kairos.telemetry.otlp.certificate", "kairos.telemetry.otlp.headers",
                "kairos.telemetry.prometheus.port",
            ],
            Problems(Code).Select(problem => problem.Key).Order(StringComparer.Ordinal));
        Assert.DoesNotContain(Problems(Code), problem => problem.ToString().Contains("s3cr3t", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("kairos.telemetry.otlp { endpoint = \"http://a:1\", insecure = false }", "kairos.telemetry.otlp.insecure")]
    [InlineData("kairos.telemetry.otlp.retry = disk", "kairos.telemetry.otlp.retry")]
    [InlineData("kairos.telemetry.otlp.client-key = \"/etc/hostname\"", "kairos.telemetry.otlp.client-key")]
    public void What_contradicts_itself_is_told(string hocon, string key) => Assert.Equal(key, Assert.Single(Problems(null, hocon)).Key);

    [Fact]
    public void A_disabled_sdk_serves_no_page_either()
    {
        var settings = Read(
            options => (options.Exporter, options.Prometheus.Enabled) = (TelemetryExporter.Otlp, true), "", ("OTEL_SDK_DISABLED", "true"));

        Assert.False(settings.Options.ExportsAnything);
    }

    private static TelemetrySettings Read(Action<KairosTelemetryOptions>? code, string hocon, params (string Name, string Value)[] variables)
    {
        var settings = Read(code, hocon, variables, out var problems);
        Assert.Empty(problems);
        return settings;
    }

    private static IReadOnlyList<SettingProblem> Problems(Action<KairosTelemetryOptions>? code, string hocon = "")
    {
        Read(code, hocon, [], out var problems);
        return problems;
    }

    private static TelemetrySettings Read(
        Action<KairosTelemetryOptions>? code, string hocon, (string Name, string Value)[] variables, out IReadOnlyList<SettingProblem> problems)
    {
        var findings = new Findings();
        problems = findings.Problems;
        return new TelemetryReader(
            name => variables.FirstOrDefault(variable => variable.Name == name).Value,
            [HoconSource.Of(ConfigurationFactory.ParseString(hocon), "HOCON")],
            code,
            findings).Read("application", "1.2.3");
    }
}
