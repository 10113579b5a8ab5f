namespace Kairos.Host.Tests.Configuration;

public sealed class WrongValuesTests
{
    private const string Exporters = "otlp or stdout or none";
    private const string Addresses = "host:port, or an http:// or https:// address (in a file: in quotes, because // begins a comment)";
    private const string ToADay = "a duration with its unit (ms, s, m, h, d) from 1ms to 1d";
    private const string Seconds = "a number of seconds from 0.001 to 86400";
    private const string Milliseconds = "a number of milliseconds from 1 to 86400000";
    private const string Names = Kairos.ComponentName.Allowed;

    [Theory]
    [InlineData("telemetry.exporter", "prometheus", Exporters)]
    [InlineData("telemetry.exporter", "STDOUT", Exporters)]
    [InlineData("telemetry.exporter", "[stdout]", Exporters)]
    [InlineData("telemetry.otlp.endpoint", "\"ftp://x\"", Addresses)]
    [InlineData("telemetry.otlp.endpoint", "\"a b\"", Addresses)]
    [InlineData("telemetry.otlp.endpoint", "\"http://\"", Addresses)]
    [InlineData("telemetry.otlp.endpoint", "\"x:99999\"", Addresses)]
    [InlineData("telemetry.otlp.endpoint", "\"x:0\"", Addresses)]
    [InlineData("telemetry.otlp.insecure", "maybe", "true or false")]
    [InlineData("telemetry.otlp.insecure", "1", "true or false")]
    [InlineData("telemetry.otlp.timeout", "5", ToADay)]
    [InlineData("telemetry.otlp.timeout", "10sec", ToADay)]
    [InlineData("telemetry.otlp.timeout", "\"10 sec\"", ToADay)]
    [InlineData("telemetry.otlp.timeout", "100us", ToADay)]
    [InlineData("telemetry.otlp.timeout", "-1s", ToADay)]
    [InlineData("telemetry.otlp.timeout", "\"00:00:30\"", ToADay)]
    [InlineData("telemetry.otlp.timeout", "0s", ToADay)]
    [InlineData("telemetry.otlp.timeout", "2d", ToADay)]
    [InlineData("telemetry.otlp.timeout", "infinite", ToADay)]
    [InlineData("telemetry.otlp.protocol", "http/json", "grpc or http/protobuf")]
    [InlineData("telemetry.metrics.interval", "1e3s", ToADay)]
    [InlineData("telemetry.metrics.timeout", "s", ToADay)]
    [InlineData("service.name", "\"\"", "a text that is not empty")]
    [InlineData("max-components", "0", "a whole number from 1 to 1000000")]
    [InlineData("max-components", "1e3", "a whole number from 1 to 1000000")]
    [InlineData("max-components", "2", "at least as many as are configured, which is 3")]
    [InlineData("defaults.breaker.mode", "off", "enforce or observe")]
    [InlineData("defaults.breaker.consecutive-failures", "-1", "a whole number from 0 to 1000000")]
    [InlineData("defaults.breaker.consecutive-failures", "2.5", "a whole number from 0 to 1000000")]
    [InlineData("defaults.breaker.failure-ratio", "50%", "a number from 0 to 1")]
    [InlineData("defaults.breaker.failure-ratio", "0x10", "a number from 0 to 1")]
    [InlineData("defaults.breaker.failure-ratio", "\"1,5\"", "a number from 0 to 1")]
    [InlineData("defaults.breaker.failure-ratio", "NaN", "a number from 0 to 1")]
    [InlineData("defaults.breaker.open-growth", "0.5", "a number from 1 to 100")]
    [InlineData("defaults.breaker.window", "500ms", "a duration with its unit (ms, s, m, h, d) from 1s to 1d")]
    [InlineData("defaults.breaker.window", "{}", "a duration with its unit (ms, s, m, h, d) from 1s to 1d")]
    [InlineData("defaults.health.opens-circuit", "yeah", "true or false")]
    [InlineData("defaults.call.deadline", "0s", ToADay + ", or infinite")]
    [InlineData("defaults.call.retry.jitter", "half", "a number from 0 to 1, or full")]
    [InlineData("components.llm.breaker.half-open-calls", "0", "a whole number from 1 to 1000")]
    [InlineData("components.\"tools/search\".call.retry.max-attempts", "101", "a whole number from 1 to 100")]
    [InlineData("defaults.breaker.open-max", "10s", "at least breaker.open-duration, which is 30s")]
    [InlineData("defaults.health.probe.timeout", "31s", "at most health.probe.interval, which is 30s")]
    [InlineData("components.llm.call.max-queued", "7", "0 while call.max-concurrent is 0")]
    public void A_wrong_value_is_named_with_its_key_and_what_is_allowed(string key, string value, string allowed)
    {
        var shown = value.Trim('"').Replace("\\\"", "\"", StringComparison.Ordinal);
        var isLimit = allowed.StartsWith("at least as", StringComparison.Ordinal);

        Assert.Equal([$"kairos.{key} = '{shown}': {(isLimit ? "" : "allowed is ")}{allowed}"], Loading.Problems($"kairos.{key} = {value}"));
    }

    [Fact]
    public void A_ratio_of_slow_calls_needs_to_know_what_slow_is() => Assert.Equal(
        ["kairos.components.llm.breaker.slow-call-after = '0s': allowed is more than 0s when breaker.slow-call-ratio is set"],
        Loading.Problems("kairos.components.llm.breaker.slow-call-ratio = 0.5"));

    [Theory]
    [InlineData("LLM", "LLM")]
    [InlineData("\"a//b\"", "a//b")]
    [InlineData("\"-a\"", "-a")]
    [InlineData("\"tools/\"", "tools/")]
    [InlineData("kairos", "kairos")]
    [InlineData("\"metrics/x\"", "metrics/x")]
    public void A_wrong_name_of_a_component_is_named(string written, string shown) => Assert.Equal(
        [$"kairos.components = '{shown}': names are {Names}"],
        Loading.Problems($"kairos.components {{ {written} {{}} }}"));

    [Fact]
    public void A_name_of_a_component_that_is_too_long_is_cut() => Assert.Equal(
        [$"kairos.components = '{new string('a', 80)}…': names are {Names}"],
        Loading.Problems($"kairos.components {{ {new string('a', 129)} {{}} }}"));

    [Theory]
    [InlineData("KAIROS_TELEMETRY_EXPORTER", "otpl", Exporters)]
    [InlineData("OTEL_METRICS_EXPORTER", "prometheus", Exporters)]
    [InlineData("KAIROS_TELEMETRY_OTLP_ENDPOINT", ":4317", Addresses)]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "grpc://x", Addresses)]
    [InlineData("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "http://[::1", Addresses)]
    [InlineData("KAIROS_TELEMETRY_OTLP_INSECURE", "1", "true or false")]
    [InlineData("OTEL_EXPORTER_OTLP_INSECURE", "2", "true or false")]
    [InlineData("KAIROS_TELEMETRY_OTLP_TIMEOUT_SECONDS", "abc", Seconds)]
    [InlineData("KAIROS_TELEMETRY_OTLP_TIMEOUT_SECONDS", "0", Seconds)]
    [InlineData("KAIROS_TELEMETRY_OTLP_TIMEOUT_SECONDS", "5s", Seconds)]
    [InlineData("KAIROS_TELEMETRY_OTLP_TIMEOUT_SECONDS", "5m", Seconds)]
    [InlineData("KAIROS_TELEMETRY_OTLP_TIMEOUT_SECONDS", "-1", Seconds)]
    [InlineData("KAIROS_TELEMETRY_OTLP_TIMEOUT_SECONDS", "86401", Seconds)]
    [InlineData("OTEL_EXPORTER_OTLP_TIMEOUT", "10s", Milliseconds)]
    [InlineData("OTEL_EXPORTER_OTLP_METRICS_TIMEOUT", "1,000", Milliseconds)]
    [InlineData("KAIROS_TELEMETRY_OTLP_PROTOCOL", "http", "grpc or http/protobuf")]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json", "grpc or http/protobuf")]
    [InlineData("KAIROS_TELEMETRY_METRICS_INTERVAL_SECONDS", "1 hour", Seconds)]
    [InlineData("OTEL_METRIC_EXPORT_INTERVAL", "x", Milliseconds)]
    [InlineData("KAIROS_TELEMETRY_METRICS_TIMEOUT_SECONDS", "NaN", Seconds)]
    [InlineData("OTEL_METRIC_EXPORT_TIMEOUT", "0", Milliseconds)]
    [InlineData("KAIROS_SERVICE_NAME", " ", "a text that is not empty")]
    [InlineData("OTEL_SDK_DISABLED", "1", "true or false")]
    public void A_wrong_variable_is_named_with_its_value_and_what_is_allowed(string name, string value, string allowed) =>
        Assert.Equal([$"{name} = '{value}': allowed is {allowed}"], Loading.Problems("", (name, value)));

    [Fact]
    public void A_wrong_value_is_told_although_a_stronger_place_overrides_it() => Assert.Equal(
        [
            $"OTEL_METRICS_EXPORTER = 'prometheus': allowed is {Exporters}",
            $"kairos.telemetry.exporter = 'file': allowed is {Exporters}",
        ],
        Loading.Problems("kairos.telemetry.exporter = file", ("KAIROS_TELEMETRY_EXPORTER", "none"), ("OTEL_METRICS_EXPORTER", "prometheus")));

    [Theory]
    [InlineData("kairos.telemetry.otlp { endpoint = \"https://x\", insecure = true }", "", "", "kairos.telemetry.otlp.insecure = 'true'", "https")]
    [InlineData("kairos.telemetry.otlp { endpoint = \"http://x\", insecure = false }", "", "", "kairos.telemetry.otlp.insecure = 'false'", "http")]
    [InlineData("kairos.telemetry.otlp { endpoint = \"https://x\" }", "KAIROS_TELEMETRY_OTLP_INSECURE", "true", "KAIROS_TELEMETRY_OTLP_INSECURE = 'true'", "https")]
    public void What_insecure_says_must_not_contradict_the_address(string hocon, string name, string value, string shown, string scheme) => Assert.Equal(
        [$"{shown}: contradicts the endpoint, which says {scheme}://"],
        name.Length == 0 ? Loading.Problems(hocon) : Loading.Problems(hocon, (name, value)));

    [Fact]
    public void All_problems_are_told_at_once()
    {
        var problems = Loading.Problems(
            """
            kairos {
              telemetry { exporter = file, otlp.timeout = 5 }
              defaults.breaker.window = 1
              components { llm.call.retry.budget = 2, LLM {} }
              srevice.name = x
            }
            """,
            ("KAIROS_TELEMETRY_OTLP_PROTOCOL", "tcp"),
            ("OTEL_SDK_DISABLED", "sure"));

        Assert.Equal(
            [
                "KAIROS_TELEMETRY_OTLP_PROTOCOL", "OTEL_SDK_DISABLED", "kairos.components", "kairos.components.llm.call.retry.budget",
                "kairos.defaults.breaker.window", "kairos.srevice.name", "kairos.telemetry.exporter", "kairos.telemetry.otlp.timeout",
            ],
            problems.Select(problem => problem.Split([' ', ':'])[0]).Order(StringComparer.Ordinal));
    }
}
