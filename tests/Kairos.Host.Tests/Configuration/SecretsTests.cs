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
    public void A_wrong_secret_is_told_without_it(string hocon)
    {
        var problems = Loading.Problems(hocon);

        Assert.Single(problems);
        Assert.DoesNotContain(Secret, problems[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("KAIROS_TELEMETRY_OTLP_HEADERS", "s3cr3t")]
    [InlineData("OTEL_EXPORTER_OTLP_HEADERS", "=s3cr3t")]
    [InlineData("OTEL_EXPORTER_OTLP_METRICS_HEADERS", "a=b\r\ns3cr3t=c")]
    [InlineData("KAIROS_TELEMETRY_OTLP_USER", "a:s3cr3t")]
    [InlineData("KAIROS_TELEMETRY_OTLP_ENDPOINT", "http://a:s3cr3t@x")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "https://s3cr3t@x")]
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
