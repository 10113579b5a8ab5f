using Kairos.Host.Configuration;

namespace Kairos.Host.Tests.Configuration;

public sealed class SecretsTests
{
    private const string Secret = "s3cr3t";

    [Theory]
    [InlineData("kairos.telemetry.otlp.headers = s3cr3t")]
    [InlineData("kairos.telemetry.otlp.headers = \"bad name=s3cr3t\"")]
    [InlineData("kairos.telemetry.otlp.headers = [s3cr3t]")]
    [InlineData("kairos.telemetry.otlp.token = [s3cr3t]")]
    [InlineData("kairos.telemetry.otlp.token { value = s3cr3t }")]
    [InlineData("kairos.telemetry.otlp.tokn = s3cr3t")]
    [InlineData("kairos.telemetry.otlp.user = \"somebody:s3cr3t\"")]
    [InlineData("kairos.telemetry.otlp.endpoint = \"http://somebody:s3cr3t@collector:4317\"")]
    [InlineData("kairos.telemetry.otlp.token = abc,s3cr3t")]
    [InlineData("kairos.telemetry.otlp.token = \"abc s3cr3t")]
    [InlineData("kairos.telemetry.otlp.token = abc:s3cr3t")]
    [InlineData("kairos.telemetry.otlp.headers = \"s3cr3t\\q\"")]
    [InlineData("kairos.components.llm.api-key = s3cr3t")]
    [InlineData("kairos.token = s3cr3t")]
    [InlineData("kairos.llm.api-key \"s3cr3t\"")]
    [InlineData("kairos { telemetry.otlp { token \"s3cr3t\" } }")]
    [InlineData("s3cr3t")]
    [InlineData("kairos { s3cr3t }")]
    [InlineData("kairos.llm.api-key.s3cr3t = 1")]
    [InlineData("kairos.components.llm.api-key.s3cr3t = 1")]
    [InlineData("kairos.telemetry.otlp.token.s3cr3t = 1")]
    [InlineData("kairos.telemetry.otlp.headers { x-key = 1, \"x=s3cr3t\" = 2 }")]
    [InlineData("kairos.agent.mcp.files.env { \"TOKEN=s3cr3t\" }")]
    [InlineData("kairos.defaults { \"TOKEN=s3cr3t\" = 1 }")]
    [InlineData("kairos.telemetry.otlp.endpoint = \"http://collector:4317?k=s3cr3t\"")]
    [InlineData("kairos.telemetry.otlp.endpoint = \"http://collector:4317#s3cr3t\"")]
    [InlineData("kairos.telemetry.otlp.headers = \"x-key=s3cr3t%0A\"")]
    public void A_wrong_secret_is_told_without_it(string hocon)
    {
        var problems = Loading.Problems(hocon);

        Assert.Single(problems);
        Assert.DoesNotContain(Secret, problems[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_section_that_nobody_reads_is_told_without_one() =>
        Assert.DoesNotContain(Secret, Assert.Single(Loading.Load("\"TOKEN=s3cr3t\" = 1").Warnings), StringComparison.Ordinal);

    [Fact]
    public void The_settings_print_without_secrets()
    {
        var settings = Loading.Load("kairos.telemetry.otlp { headers = \"x-key=s3cr3t\", token = s3cr3t }");

        Assert.DoesNotContain(Secret, settings.ToString() + settings.Telemetry, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, new ConfigFile("my.conf", settings.Config).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_actor_system_is_given_holds_none_because_it_logs_all_of_it_when_asked_to()
    {
        var settings = Loading.Load("kairos.telemetry.otlp { headers = \"x-key=s3cr3t\", token = s3cr3t }\nakka.log-config-on-start = on");

        Assert.DoesNotContain(Secret, settings.Config.ToString(true), StringComparison.Ordinal);
        Assert.True(settings.Config.GetBoolean("akka.log-config-on-start"));
    }

    [Theory]
    [InlineData("KAIROS_TELEMETRY_OTLP_HEADERS", "s3cr3t")]
    [InlineData("OTEL_EXPORTER_OTLP_HEADERS", "=s3cr3t")]
    [InlineData("OTEL_EXPORTER_OTLP_METRICS_HEADERS", "a=b\r\ns3cr3t=c")]
    [InlineData("KAIROS_TELEMETRY_OTLP_USER", "a:s3cr3t")]
    [InlineData("KAIROS_TELEMETRY_OTLP_ENDPOINT", "http://a:s3cr3t@x")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "https://s3cr3t@x")]
    [InlineData("KAIROS_TELEMETRY_OTLP_ENDPOINT", "http://x:4317?k=s3cr3t")]
    [InlineData("KAIROS_TELEMETRY_OTLP_HEADERS", "x-key=s3cr3t%0D%0A")]
    [InlineData("OTEL_EXPORTER_OTLP_HEADERS", "x-key=s3cr3t%C3%A9")]
    public void A_wrong_secret_in_a_variable_is_told_without_it(string name, string value)
    {
        var problem = Assert.Single(Loading.Problems("", (name, value)));

        Assert.StartsWith($"{name} = '***': allowed is ", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void The_effective_settings_are_listed_without_secrets()
    {
        var settings = Loading.Load(
            "kairos.telemetry.otlp { headers = \"x-key=s3cr3t\", user = somebody }", ("KAIROS_TELEMETRY_OTLP_TOKEN", Secret));

        var listed = SettingsPrinter.List(settings).ToDictionary(setting => setting.Key, setting => setting.Value);

        Assert.Equal("***", listed["kairos.telemetry.otlp.headers"]);
        Assert.Equal("***", listed["kairos.telemetry.otlp.token"]);
        Assert.Equal("somebody", listed["kairos.telemetry.otlp.user"]);
        Assert.DoesNotContain(listed, setting => setting.Value.Contains(Secret, StringComparison.Ordinal));
    }
}
