using Akka.Configuration;
using Kairos.Configuration;
using Kairos.Telemetry.Configuration;
using Kairos.Telemetry.Otlp;

namespace Kairos.Telemetry.Tests.Configuration;

public sealed class TelemetryReaderTests
{
    private const string Endpoint = "kairos.telemetry.otlp.endpoint";

    [Fact]
    public void Code_beats_the_standard_variable_and_is_beaten_by_HOCON_and_by_Kairos_own()
    {
        var code = new TelemetryOptions { Otlp = new OtlpOptions { Endpoint = "code:1" } };
        var standard = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://standard:2");
        var own = ("KAIROS_TELEMETRY_OTLP_ENDPOINT", "own:3");
        const string Hocon = "kairos.telemetry.otlp.endpoint = \"hocon:4\"";

        Assert.Equal(("http://standard:2", "variable OTEL_EXPORTER_OTLP_ENDPOINT"), Show(new TelemetryOptions(), "", standard));
        Assert.Equal(("code:1", "code"), Show(code, "", standard));
        Assert.Equal(("hocon:4", "HOCON"), Show(code, Hocon, standard));
        Assert.Equal(("own:3", "variable KAIROS_TELEMETRY_OTLP_ENDPOINT"), Show(code, Hocon, standard, own));

        static (string, string) Show(TelemetryOptions code, string hocon, params (string, string)[] variables)
        {
            var settings = Read(code, hocon, variables);
            return (settings.Options.Otlp.Endpoint, settings.Origins[Endpoint]);
        }
    }

    [Fact]
    public void A_standard_variable_of_one_signal_is_that_signals_alone_and_its_address_is_used_as_it_is()
    {
        var settings = Read(
            new TelemetryOptions { Otlp = new OtlpOptions { Protocol = OtlpProtocol.HttpProtobuf } },
            "",
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://all:4318"),
            ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://traces:1/custom"),
            ("OTEL_EXPORTER_OTLP_LOGS_HEADERS", "x=y"));

        Assert.Equal(new Uri("http://all:4318/v1/metrics"), OtlpEndpoint.For(settings.Of(Signal.Metrics), Signal.Metrics));
        Assert.Equal(new Uri("http://traces:1/custom"), OtlpEndpoint.For(settings.Of(Signal.Traces), Signal.Traces));
        Assert.Equal(new Uri("http://all:4318/v1/logs"), OtlpEndpoint.For(settings.Of(Signal.Logs), Signal.Logs));
        Assert.Equal(("", "", "x=y"), (settings.Options.Otlp.Headers, settings.Traces.Headers, settings.Logs.Headers));
        Assert.Equal("variable OTEL_EXPORTER_OTLP_ENDPOINT", settings.Origins[Endpoint]);
    }

    [Fact]
    public void An_endpoint_in_code_decides_whether_it_is_encrypted_unless_code_says_so_itself()
    {
        var code = new TelemetryOptions { Otlp = new OtlpOptions { Endpoint = "collector:4317" } };

        Assert.Equal(new Uri("https://collector:4317"), OtlpEndpoint.For(Read(code, "").Options.Otlp, Signal.Metrics));
        Assert.Equal(
            new Uri("http://other:1"),
            OtlpEndpoint.For(Read(code, "", ("KAIROS_TELEMETRY_OTLP_ENDPOINT", "http://other:1")).Options.Otlp, Signal.Metrics));
    }

    [Fact]
    public void The_name_and_version_are_those_of_the_application_where_nobody_says()
    {
        var settings = Read(new TelemetryOptions(), "").Options;

        Assert.Equal(("application", "1.2.3"), (settings.ServiceName, settings.ServiceVersion));
    }

    [Fact]
    public void All_that_is_wrong_in_code_is_told_at_once_and_once()
    {
        var code = new TelemetryOptions
        {
            MetricsInterval = TimeSpan.Zero,
            Prometheus = new PrometheusOptions { Port = 70_000 },
            Otlp = new OtlpOptions { Headers = "s3cr3t", Certificate = "/no/such/file.pem" },
        };

        Assert.Equal(
            [
                "kairos.telemetry.metrics.interval", "kairos.telemetry.otlp.certificate", "kairos.telemetry.otlp.headers",
                "kairos.telemetry.prometheus.port",
            ],
            Problems(code).Select(problem => problem.Key).Order(StringComparer.Ordinal));
        Assert.DoesNotContain(Problems(code), problem => problem.ToString().Contains("s3cr3t", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("kairos.telemetry.otlp { endpoint = \"http://a:1\", insecure = false }", "kairos.telemetry.otlp.insecure")]
    [InlineData("kairos.telemetry.otlp.retry = disk", "kairos.telemetry.otlp.retry")]
    [InlineData("kairos.telemetry.otlp.client-key = \"/etc/hostname\"", "kairos.telemetry.otlp.client-key")]
    public void What_contradicts_itself_is_told(string hocon, string key) => Assert.Equal(key, Assert.Single(Problems(new TelemetryOptions(), hocon)).Key);

    [Fact]
    public void A_disabled_sdk_serves_no_page_either()
    {
        var settings = Read(
            new TelemetryOptions { Exporter = TelemetryExporter.Otlp, Prometheus = new PrometheusOptions { Enabled = true } }, "", ("OTEL_SDK_DISABLED", "true"));

        Assert.False(settings.Options.ExportsAnything);
    }

    private static TelemetrySettings Read(TelemetryOptions code, string hocon, params (string Name, string Value)[] variables)
    {
        var problems = new List<SettingProblem>();
        var settings = Read(code, hocon, variables, problems);
        Assert.Empty(problems);
        return settings;
    }

    private static List<SettingProblem> Problems(TelemetryOptions code, string hocon = "")
    {
        var problems = new List<SettingProblem>();
        Read(code, hocon, [], problems);
        return problems;
    }

    private static TelemetrySettings Read(
        TelemetryOptions code, string hocon, (string Name, string Value)[] variables, List<SettingProblem> problems) => new TelemetryReader(
            name => variables.FirstOrDefault(variable => variable.Name == name).Value,
            HoconTree.Leaves(ConfigurationFactory.ParseString(hocon), SettingsReader.Section),
            "HOCON",
            code,
            problems).Read("application", "1.2.3");
}
