namespace Kairos.Tests.Configuration;

/// <summary>Every kind of wrong value is a problem of its own, with its key, the value, and what is allowed.</summary>
public sealed class WrongSettingsTests
{
    public static TheoryData<string, string, string?, string> Wrong => new()
    {
        // key, what is written, the value that is named, a part of what is allowed
        { "defaults.breaker.window", "5", "5", "a duration with its unit (ms, s, m, h, d) from 1s to 1d" },
        { "defaults.breaker.window", "0.5s", "0.5s", "from 1s to 1d" },
        { "defaults.breaker.window", "2d", "2d", "from 1s to 1d" },
        { "defaults.breaker.window", "-1s", "-1s", "a duration" },
        { "defaults.breaker.window", "10sec", "10sec", "a duration" },
        { "defaults.breaker.window", "\"10 sec\"", "10 sec", "a duration" },
        { "defaults.breaker.window", "100us", "100us", "a duration" },
        { "defaults.breaker.window", "\"00:00:30\"", "00:00:30", "a duration" },
        { "defaults.breaker.window", "soon", "soon", "a duration" },
        { "defaults.breaker.window", "\"\"", "", "a duration" },
        { "defaults.breaker.window", "infinite", "infinite", "a duration" },
        { "defaults.breaker.window", "1.2.3s", "1.2.3s", "a duration" },
        { "defaults.breaker.window", "\"1,5s\"", "1,5s", "a duration" },
        { "defaults.breaker.window", "99999999999999999999d", "99999999999999999999d", "a duration" },
        { "defaults.breaker.window", "[1s, 2s]", null, "a duration" },
        { "defaults.breaker.window", "{}", "{}", "a duration" },
        { "defaults.call.deadline", "0s", "0s", "from 1ms to 1d, or infinite" },
        { "defaults.call.deadline", "never", "never", "or infinite" },
        { "defaults.breaker.consecutive-failures", "-1", "-1", "a whole number from 0 to 1000000" },
        { "defaults.breaker.consecutive-failures", "1000001", "1000001", "a whole number" },
        { "defaults.breaker.consecutive-failures", "2.5", "2.5", "a whole number" },
        { "defaults.breaker.consecutive-failures", "0x10", "0x10", "a whole number" },
        { "defaults.breaker.consecutive-failures", "five", "five", "a whole number" },
        { "defaults.breaker.consecutive-failures", "99999999999", "99999999999", "a whole number" },
        { "defaults.breaker.failure-ratio", "50%", "50%", "a number from 0 to 1" },
        { "defaults.breaker.failure-ratio", "1.5", "1.5", "a number from 0 to 1" },
        { "defaults.breaker.failure-ratio", "-0.1", "-0.1", "a number from 0 to 1" },
        { "defaults.breaker.failure-ratio", "\"1,5\"", "1,5", "a number from 0 to 1" },
        { "defaults.breaker.failure-ratio", "NaN", "NaN", "a number from 0 to 1" },
        { "defaults.breaker.failure-ratio", "1e-1", "1e-1", "a number from 0 to 1" },
        { "defaults.breaker.open-growth", "0.5", "0.5", "a number from 1 to 100" },
        { "defaults.breaker.mode", "strict", "strict", "enforce or observe" },
        { "defaults.breaker.mode", "Enforce", "Enforce", "enforce or observe" },
        { "defaults.health.opens-circuit", "maybe", "maybe", "true or false" },
        { "defaults.call.retry.jitter", "half", "half", "a number from 0 to 1, or full" },
        { "defaults.call.retry.jitter", "-1", "-1", "or full" },
        { "components.llm.breaker.window", "5", "5", "a duration with its unit" },
        { "components.\"tools/search\".breaker.window", "5", "5", "a duration with its unit" },
        { "max-components", "0", "0", "a whole number from 1 to 1000000" },
        { "max-components", "many", "many", "a whole number" },
        { "max-components", "2", "2", "at least as many as are configured, which is 3" },
        { "defaults.breaker.open-max", "29s", "29s", "at least breaker.open-duration, which is 30s" },
        { "defaults.breaker.slow-call-ratio", "0.5", null, "more than 0s when breaker.slow-call-ratio is set" },
        { "defaults.health.probe.timeout", "31s", "31s", "at most health.probe.interval, which is 30s" },
        { "defaults.call.max-concurrent", "adaptiv", "adaptiv", "a whole number from 0 to 1000000, or adaptive" },
        { "defaults.call.max-concurrent", "-1", "-1", "or adaptive" },
        { "defaults.call.adaptive.floor", "201", "201", "at most call.adaptive.ceiling, which is 200" },
        { "defaults.call.adaptive.ceiling", "0", "0", "a whole number from 1 to 1000000" },
        { "defaults.call.max-queued", "1", "1", "0 while call.max-concurrent is 0" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Value_is_refused(string key, string written, string? named, string allowed)
    {
        var problem = Assert.Single(SettingsUnderTest.Problems($"kairos.{key} = {written}"));

        if (!allowed.Contains("slow-call-ratio", StringComparison.Ordinal)) Assert.Equal("kairos." + key, problem.Key);
        if (named is not null) Assert.Equal(named, problem.Value);
        Assert.Contains(allowed, problem.Allowed, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("kairos.default.breaker.window = 5s", "kairos.default.breaker.window", "kairos.defaults.breaker.window")]
    [InlineData("kairos.defaults.breaker.windows = 5s", "kairos.defaults.breaker.windows", "kairos.defaults.breaker.window")]
    [InlineData("kairos.defaults.window = 5s", "kairos.defaults.window", "kairos.defaults.breaker.window")]
    [InlineData("kairos.defaults.breaker.half-open-call = 5", "kairos.defaults.breaker.half-open-call", "kairos.defaults.breaker.half-open-calls")]
    [InlineData("kairos.max-component = 5", "kairos.max-component", "kairos.max-components")]
    [InlineData("kairos.components.llm.braker.mode = observe", "kairos.components.llm.braker.mode", "kairos.components.llm.breaker.mode")]
    [InlineData("kairos.components.llm.breaker.mode.x = 1", "kairos.components.llm.breaker.mode.x", "kairos.components.llm.breaker.mode")]
    [InlineData("kairos.components.\"tools/search\".hold = 1s", "kairos.components.\"tools/search\".hold", "kairos.components.\"tools/search\".health.hold")]
    [InlineData("kairos.nonsense {}", "kairos.nonsense", "kairos.")]
    public void An_unknown_key_is_a_problem_and_names_the_nearest_known_one(string hocon, string key, string nearest)
    {
        var problem = Assert.Single(SettingsUnderTest.Problems(hocon));

        Assert.Equal(key, problem.Key);
        Assert.Contains("unknown key", problem.Allowed, StringComparison.Ordinal);
        Assert.Contains("nearest known one is " + nearest, problem.Allowed, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("LLM")]
    [InlineData("\"a b\"")]
    [InlineData("\"tools//x\"")]
    [InlineData("metrics")]
    [InlineData("kairos")]
    public void A_component_that_cannot_be_named_so_is_a_problem(string name)
    {
        var problem = Assert.Single(SettingsUnderTest.Problems($"kairos.components.{name}.breaker.window = 5s"));

        Assert.Equal(("kairos.components", name.Trim('"')), (problem.Key, problem.Value));
    }

    [Fact]
    public void All_problems_are_reported_at_once_one_line_each()
    {
        var thrown = Assert.Throws<SettingsException>(() => SettingsUnderTest.Read("""
            kairos {
              max-components = none
              defaults { breaker.window = 5, breaker.mode = strict, health.holt = 1s }
              components { llm.call.deadline = 0s, "BAD NAME" {} }
            }
            """));

        Assert.Equal(6, thrown.Problems.Count);
        Assert.Equal(7, thrown.Message.Split('\n').Length);
        Assert.Contains("kairos.defaults.breaker.window = '5': allowed is a duration with its unit", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_printed_of_a_value_is_one_short_line()
    {
        var text = new SettingProblem("key", "one\r\ntwo " + new string('x', 5000), "allowed is less").ToString();

        Assert.StartsWith("key = 'one two xxx", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', text);
        Assert.True(text.Length < 120);
    }

    [Fact]
    public void Sections_of_others_are_left_to_them() =>
        Assert.Equal(3, SettingsUnderTest.Read("kairos { telemetry.exporter = what, service.name = x, dispatcher.y = 1 }").Components.Length);
}
