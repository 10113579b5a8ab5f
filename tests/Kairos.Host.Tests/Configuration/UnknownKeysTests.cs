namespace Kairos.Host.Tests.Configuration;

public sealed class UnknownKeysTests
{
    [Theory]
    [InlineData("telemtry.exporter", "kairos.telemetry.exporter")]
    [InlineData("telemetry.exportr", "kairos.telemetry.exporter")]
    [InlineData("telemetry.exporter.kind", "kairos.telemetry.exporter")]
    [InlineData("telemetry.otlp.endpoints", "kairos.telemetry.otlp.endpoint")]
    [InlineData("telemetry.metric.interval", "kairos.telemetry.metrics.interval")]
    [InlineData("service.nam", "kairos.service.name")]
    [InlineData("srevice.name", "kairos.service.name")]
    [InlineData("max-component", "kairos.max-components")]
    [InlineData("defaults.breaker.open-duratoin", "kairos.defaults.breaker.open-duration")]
    [InlineData("default.breaker.window", "kairos.defaults.breaker.window")]
    [InlineData("defaults.call.retry.attempts", "kairos.defaults.call.retry.max-attempts")]
    [InlineData("components.llm.breaker.open-duratoin", "kairos.components.llm.breaker.open-duration")]
    [InlineData("components.\"tools/search\".retry.jitter", "kairos.components.\"tools/search\".call.retry.jitter")]
    public void An_unknown_key_is_told_with_the_nearest_known_one(string key, string nearest) => Assert.Equal(
        [$"kairos.{key}: unknown key; the nearest known one is {nearest}"],
        Loading.Problems($"kairos.{key} = 5"));

    [Theory]
    [InlineData("kairos")]
    [InlineData("kairos.telemetry")]
    [InlineData("kairos.telemetry.otlp")]
    [InlineData("kairos.defaults")]
    [InlineData("kairos.defaults.call.retry")]
    [InlineData("kairos.components")]
    [InlineData("kairos.components.llm")]
    [InlineData("kairos.components.llm.breaker")]
    public void A_value_where_a_section_belongs_is_told_so(string key)
    {
        Assert.Equal([$"{key}: allowed is a section, in braces"], Loading.Problems($"{key} = 5"));
        Assert.Equal([$"{key}: allowed is a section, in braces"], Loading.Problems($"{key} = [1, 2]"));
    }

    [Theory]
    [InlineData("kairos {}")]
    [InlineData("kairos { telemetry {}, service {}, defaults { breaker {}, call.retry {} }, components {} }")]
    [InlineData("kairos.components { llm {}, memory { breaker {} }, \"tools/search\" {} }")]
    public void Empty_sections_are_fine(string hocon) => Assert.Empty(Loading.Problems(hocon));

    [Fact]
    public void A_section_that_nobody_reads_is_a_warning()
    {
        var settings = Loading.Load("kairos {}\nakka { loglevel = INFO }\nkairo { telemetry.exporter = none }");

        Assert.EndsWith(": 'kairo' is not read; the sections that are read are kairos and akka", Assert.Single(settings.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_variable_of_ours_that_nobody_reads_is_a_warning() => Assert.Equal(
        ["variable KAIROS_TELEMETRY_EXPORTR is not read; the nearest known one is KAIROS_TELEMETRY_EXPORTER"],
        Loading.Load("", ("KAIROS_TELEMETRY_EXPORTR", "none"), ("PATH", "/bin")).Warnings);
}
