using Kairos.Configuration;
using Microsoft.Extensions.Configuration;

namespace Kairos.Tests.Configuration;

/// <summary>One table, whichever way a setting is written.</summary>
public sealed class SourcesTests
{
    public static TheoryData<string> Keys => [.. ComponentKeys.All.Select(setting => setting.Key)];

    /// <summary>What some keys need beside them.</summary>
    private static readonly (string Key, string Value)[] Companions =
    [
        ("breaker.open-max", "1h"), ("breaker.slow-call-after", "1h"), ("health.probe.interval", "1h"), ("worker.restart-delay-max", "1h"), ("call.max-concurrent", "42"), ("call.rate.per", "1h"),
    ];

    [Theory]
    [MemberData(nameof(Keys))]
    public void A_key_means_the_same_in_HOCON_configuration_and_code(string key)
    {
        var (setting, value) = (KeyOf(key), SampleValues.For(key));
        List<(string Key, string Value)> written = [.. Companions.Where(companion => companion.Key != key), (key, value)];
        var upper = value == "7m" ? "00:07:00" : value.ToUpperInvariant();
        KairosSettings[] all =
        [
            SettingsUnderTest.Read(string.Join('\n', written.Select(pair => $"kairos.components.\"tools/search\".{pair.Key} = {pair.Value}"))),
            Read([.. written.Select(pair => ("Kairos:Components:tools/search:" + Pascal(pair.Key), (string?)pair.Value))]),
            Read([.. written.Select(pair => ("kairos:components:tools/search:" + pair.Key.Replace('.', ':'), (string?)pair.Value))]),
            Read([.. written.Select(pair => ("KAIROS:COMPONENTS:TOOLS/SEARCH:" + Pascal(pair.Key).ToUpperInvariant(), (string?)(pair.Key == key ? upper : pair.Value)))]),
            SettingsUnderTest.Read("", options => options.Component("tools/search", c => written.Aggregate(c, (current, pair) => KeyOf(pair.Key).Read(pair.Value)!(current)))),
        ];

        Assert.All(all, settings => Assert.Equal(all[0].For("tools/search"), settings.For("tools/search")));
        Assert.Equal(value, setting.Write(all[1].For("tools/search")));
    }

    [Theory]
    [InlineData("Kairos:Components:llm:Call:MaxConcurrent", "adaptive", "Kairos:Components:llm:Call:Adaptive:Ceiling")]
    [InlineData("Kairos:Components:llm:Call:MaxConcurrent", "Adaptive", "Kairos:Components:llm:Call:Adaptive:Ceiling")]
    [InlineData("KAIROS:COMPONENTS:LLM:CALL:MAXCONCURRENT", "ADAPTIVE", "KAIROS:COMPONENTS:LLM:CALL:ADAPTIVE:CEILING")]
    public void A_limit_that_finds_itself_is_a_word_in_place_of_the_number(string key, string word, string ceiling)
    {
        KairosSettings[] all =
        [
            SettingsUnderTest.Read("kairos.components.llm.call { max-concurrent = adaptive, adaptive.ceiling = 50 }"),
            Read([(key, word), (ceiling, "50")]),
            SettingsUnderTest.Read("", options => options.Component("llm", c => c with
            {
                Call = c.Call with { MaxConcurrent = CallPolicy.AdaptiveConcurrency, Adaptive = new AdaptivePolicy { Ceiling = 50 } },
            })),
        ];

        Assert.All(all, settings => Assert.Equal(all[0].For("llm"), settings.For("llm")));
        Assert.Equal((CallPolicy.AdaptiveConcurrency, 1, 50, 20), (all[0].For("llm").Call.MaxConcurrent, all[0].For("llm").Call.Adaptive.Floor, all[0].For("llm").Call.Adaptive.Ceiling, all[0].For("llm").Call.Adaptive.Initial));
        Assert.Equal("adaptive", KeyOf("call.max-concurrent").Write(all[0].For("llm")));
    }

    public static TheoryData<string, string, string, string, string> Wrong => new()
    {
        { "Breaker:Window", "breaker.window", "5", "5", "a duration with its unit" },
        { "Breaker:Window", "breaker.window", "00:00:00.5", "00:00:00.5", "from 1s to 1d" },
        { "Breaker:Window", "breaker.window", "-00:00:05", "-00:00:05", "from 1s to 1d" },
        { "Breaker:Mode", "breaker.mode", "Strict", "Strict", "enforce or observe" },
        { "Health:OpensCircuit", "health.opens-circuit", "maybe", "maybe", "true or false" },
        { "Breaker:ConsecutiveFailures", "breaker.consecutive-failures", "-1", "-1", "a whole number from 0 to 1000000" },
        { "Call:MaxConcurrent", "call.max-concurrent", "adaptiv", "adaptiv", "a whole number from 0 to 1000000, or adaptive" },
        { "Call:Adaptive:Floor", "call.adaptive.floor", "201", "201", "at most call.adaptive.ceiling, which is 200" },
        { "Call:MaxQueued", "call.max-queued", "1", "1", "0 while call.max-concurrent is 0" },
        { "Breaker:OpenMax", "breaker.open-max", "1s", "1s", "at least breaker.open-duration" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void What_is_wrong_is_said_alike_with_the_key_as_it_was_written(string pascal, string hocon, string value, string shown, string allowed)
    {
        var inFile = Assert.Single(SettingsUnderTest.Problems($"kairos.components.llm.{hocon} = \"{value}\""));
        var inConfiguration = Assert.Single(Problems(($"Kairos:Components:llm:{pascal}", value)));

        Assert.Equal(($"kairos.components.llm.{hocon}", $"Kairos:Components:llm:{pascal}"), (inFile.Key, inConfiguration.Key));
        Assert.Equal((shown, inFile.Allowed), (inConfiguration.Value, inConfiguration.Allowed));
        Assert.Contains(allowed, inConfiguration.Allowed, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Kairos:Defaults:Breaker:OpenDuratoin", "Kairos:Defaults:Breaker:OpenDuration")]
    [InlineData("Kairos:Default:Breaker:Window", "Kairos:Defaults:Breaker:Window")]
    [InlineData("Kairos:MaxComponent", "Kairos:MaxComponents")]
    [InlineData("Kairos:Components:tools/search:Retry:Jitter", "Kairos:Components:tools/search:Call:Retry:Jitter")]
    [InlineData("Kairos:Defaults:Breaker:Window:0", "Kairos:Defaults:Breaker:Window")]
    public void An_unknown_key_is_told_with_the_nearest_as_it_would_be_written_there(string key, string nearest) =>
        Assert.Equal([$"{key}: unknown key; the nearest known one is {nearest}"], Problems((key, "5")).Select(problem => problem.ToString()));

    [Theory]
    [InlineData("Kairos")]
    [InlineData("Kairos:Defaults:Call")]
    [InlineData("Kairos:Components:llm")]
    public void A_value_in_the_place_of_a_section_is_told_so(string key) =>
        Assert.Equal([$"{key}: allowed is a section"], Problems((key, "5")).Select(problem => problem.ToString()));

    [Fact]
    public void All_that_is_wrong_is_told_at_once()
    {
        var problems = Problems(("Kairos:MaxComponents", "none"), ("Kairos:Components:BAD NAME:Breaker:Window", "5s"), ("Kairos:Defaults:Breaker:Window", "5"));

        Assert.Equal(["Kairos:Components", "Kairos:Defaults:Breaker:Window", "Kairos:MaxComponents"], problems.Select(problem => problem.Key).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Two_spellings_of_one_key_are_told_because_nobody_knows_which_holds() => Assert.Contains(
        "Kairos:Defaults:Breaker:OpenDuration",
        Assert.Single(Problems(("Kairos:Defaults:Breaker:OpenDuration", "5s"), ("Kairos:Defaults:Breaker:open-duration", "6s"))).ToString(),
        StringComparison.Ordinal);

    [Fact]
    public void A_secret_in_the_place_of_a_key_is_not_told()
    {
        var problem = Assert.Single(Problems(("Kairos:Components:llm:ApiKey:s3cr3t", "s3cr3t")));

        Assert.DoesNotContain("s3cr3t", problem.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", null, false, 5)]
    [InlineData("kairos.components.llm.breaker.consecutive-failures = 6", null, false, 6)]
    [InlineData("kairos.components.llm.breaker.consecutive-failures = 6", "7", false, 7)]
    [InlineData("kairos.components.llm.breaker.consecutive-failures = 6", "7", true, 8)]
    [InlineData("kairos.components.llm.breaker.consecutive-failures = 6", "5", false, 5)]
    public void Code_beats_configuration_and_that_beats_HOCON(string hocon, string? configured, bool inCode, int failures)
    {
        var settings = SettingsUnderTest.Read(hocon, options =>
        {
            options.Configuration = Configuration(("Kairos:Components:llm:Breaker:ConsecutiveFailures", configured));
            if (inCode) options.Component("llm", c => c with { Breaker = c.Breaker with { ConsecutiveFailures = 8 } });
        });

        Assert.Equal(failures, settings.For("llm").Breaker.ConsecutiveFailures);
    }

    [Fact]
    public void A_section_without_values_names_a_component_and_nothing_in_the_place_of_a_value_is_not_set()
    {
        var settings = Read(("Kairos:Components:Vision", null), ("Kairos:Components:llm:Breaker:Window", null));

        Assert.Contains("vision", settings.Components);
        Assert.Equal(ComponentSettings.Default, settings.For("llm"));
    }

    [Fact]
    public void A_section_may_be_called_otherwise()
    {
        var configuration = Configuration(("Agent:Resilience:Defaults:Breaker:Window", "5s"), ("Agent:Resilience:MaxComponents", "0"));
        var problem = Assert.Single(SettingsUnderTest.Problems("", options => options.Configuration = configuration.GetSection("Agent:Resilience")));

        Assert.Equal("Agent:Resilience:MaxComponents", problem.Key);
    }

    private static Setting<ComponentSettings> KeyOf(string key) => ComponentKeys.All.Single(setting => setting.Key == key);

    private static string Pascal(string key) => string.Join(':', key.Split('.').Select(ConfigurationSource.Pascal));

    private static KairosSettings Read(params (string, string?)[] values) =>
        SettingsUnderTest.Read("", options => options.Configuration = Configuration(values));

    private static IReadOnlyList<SettingProblem> Problems(params (string, string?)[] values) =>
        SettingsUnderTest.Problems("", options => options.Configuration = Configuration(values));

    private static IConfiguration Configuration(params (string Key, string? Value)[] values) => new ConfigurationBuilder()
        .AddInMemoryCollection(values.Select(pair => KeyValuePair.Create(pair.Key, pair.Value))).Build();
}
