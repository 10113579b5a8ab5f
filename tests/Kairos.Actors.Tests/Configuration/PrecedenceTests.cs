namespace Kairos.Tests.Configuration;

/// <summary>Code over the component's HOCON over the defaults' HOCON over <c>reference.conf</c>; parents before children.</summary>
public sealed class PrecedenceTests
{
    private static readonly Func<ComponentSettings, ComponentSettings> EightInCode =
        settings => settings with { Breaker = settings.Breaker with { ConsecutiveFailures = 8 } };

    [Theory]
    [InlineData("", 5)]
    [InlineData("kairos.defaults.breaker.consecutive-failures = 6", 6)]
    [InlineData("kairos.components.llm.breaker.consecutive-failures = 7", 7)]
    [InlineData("kairos { defaults.breaker.consecutive-failures = 6, components.llm.breaker.consecutive-failures = 7 }", 7)]
    public void The_component_overrides_the_defaults_and_they_the_reference(string hocon, int failures) =>
        Assert.Equal(failures, Failures(SettingsUnderTest.Read(hocon).For("llm")));

    [Theory]
    [InlineData("")]
    [InlineData("kairos.components.llm.breaker.consecutive-failures = 7")]
    public void Code_for_a_component_overrides_all_HOCON(string hocon)
    {
        var settings = SettingsUnderTest.Read(hocon, options => options.Component("llm", EightInCode));

        Assert.Equal((8, 5), (Failures(settings.For("llm")), Failures(settings.For("memory"))));
    }

    [Fact]
    public void Code_for_the_defaults_overrides_their_HOCON_and_not_that_of_a_component()
    {
        var settings = SettingsUnderTest.Read(
            "kairos { defaults.breaker.consecutive-failures = 6, components.llm.breaker.consecutive-failures = 7 }",
            options => options.Defaults(EightInCode));

        Assert.Equal((8, 7, 8), (Failures(settings.Defaults), Failures(settings.For("llm")), Failures(settings.For("memory"))));
    }

    [Fact]
    public void Overriding_one_key_leaves_the_others()
    {
        var llm = SettingsUnderTest.Read("""
            kairos.defaults.breaker { window = 20s, failure-ratio = 0.5 }
            kairos.components.llm.breaker.window = 30s
            """).For("llm");

        Assert.Equal(new BreakerPolicy { Window = TimeSpan.FromSeconds(30), FailureRatio = 0.5 }, llm.Breaker);
    }

    [Fact]
    public void A_sub_component_inherits_from_its_parent_and_overrides_it_key_by_key()
    {
        var settings = SettingsUnderTest.Read("""
            kairos.components {
              tools.breaker { consecutive-failures = 2, success-threshold = 9 }
              "tools/search".breaker.consecutive-failures = 3
              "tools/search/web".call.max-concurrent = 4
            }
            """);

        var web = settings.For("tools/search/web");
        Assert.Equal((3, 9, 4), (Failures(web), web.Breaker.SuccessThreshold, web.Call.MaxConcurrent));
        Assert.Equal(2, Failures(settings.For("tools/fetch")));
        Assert.Equal(5, Failures(settings.For("toolshed/search")));
    }

    [Fact]
    public void A_sub_component_inherits_what_its_parent_was_given_in_code()
    {
        var settings = SettingsUnderTest.Read("", options => options.Component("tools", EightInCode));

        Assert.Equal(8, Failures(settings.For("tools/search")));
    }

    [Fact]
    public void Changes_in_code_add_up_in_their_order()
    {
        var settings = SettingsUnderTest.Read("", options => options
            .Component("llm", EightInCode)
            .Component("llm", llm => llm with { Breaker = llm.Breaker with { ConsecutiveFailures = Failures(llm) + 1 } })
            .Component("llm"));

        Assert.Equal(9, Failures(settings.For("llm")));
    }

    [Theory]
    [InlineData("", null, 10_000)]
    [InlineData("kairos.max-components = 20", null, 20)]
    [InlineData("kairos.max-components = 20", 30, 30)]
    public void Code_overrides_how_many_components_there_may_be(string hocon, int? code, int max) =>
        Assert.Equal(max, SettingsUnderTest.Read(hocon, options => options.MaxComponents = code).MaxComponents);

    [Fact]
    public void Components_are_named_by_HOCON_code_and_the_reference_together()
    {
        var settings = SettingsUnderTest.Read("kairos.components { vision.health.hold = 1s, speech {} }", options => options.Component("code"));

        Assert.Equal(["code", "llm", "memory", "speech", "tools", "vision"], settings.Components.AsEnumerable());
    }

    private static int Failures(ComponentSettings settings) => settings.Breaker.ConsecutiveFailures;
}
