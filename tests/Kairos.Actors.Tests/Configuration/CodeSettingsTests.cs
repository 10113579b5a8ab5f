namespace Kairos.Tests.Configuration;

/// <summary>What is set in code is held to the same rules as what is set in a file.</summary>
public sealed class CodeSettingsTests
{
    public static TheoryData<string, string, ComponentSettings> Wrong => new()
    {
        { "breaker.consecutive-failures", "-1", With(new BreakerPolicy { ConsecutiveFailures = -1 }) },
        { "breaker.failure-ratio", "1.5", With(new BreakerPolicy { FailureRatio = 1.5 }) },
        { "breaker.failure-ratio", "NaN", With(new BreakerPolicy { FailureRatio = double.NaN }) },
        { "breaker.failure-ratio", "-0.00001", With(new BreakerPolicy { FailureRatio = -0.00001 }) },
        { "breaker.failure-ratio", "1.00001", With(new BreakerPolicy { FailureRatio = 1.00001 }) },
        { "breaker.open-growth", "0.99999", With(new BreakerPolicy { OpenGrowth = 0.99999 }) },
        { "breaker.open-growth", "Infinity", With(new BreakerPolicy { OpenGrowth = double.PositiveInfinity }) },
        { "breaker.window", "0s", With(new BreakerPolicy { Window = TimeSpan.Zero }) },
        { "breaker.window", "infinite", With(new BreakerPolicy { Window = Timeout.InfiniteTimeSpan }) },
        { "breaker.open-duration", "-5s", With(new BreakerPolicy { OpenDuration = TimeSpan.FromSeconds(-5) }) },
        { "breaker.mode", "7", With(new BreakerPolicy { Mode = (BreakerMode)7 }) },
        { "breaker.half-open-calls", "0", With(new BreakerPolicy { HalfOpenCalls = 0 }) },
        { "health.degraded-rate", "-3", ComponentSettings.Default with { Health = new() { DegradedRate = -3 } } },
        { "health.hold", "infinite", ComponentSettings.Default with { Health = new() { Hold = Timeout.InfiniteTimeSpan } } },
        { "call.retry.max-attempts", "0", ComponentSettings.Default with { Call = new() { Retry = new() { MaxAttempts = 0 } } } },
        { "call.retry.jitter", "-2.0", ComponentSettings.Default with { Call = new() { Retry = new() { Jitter = -2 } } } },
        { "call.max-queued", "1", ComponentSettings.Default with { Call = new() { MaxQueued = 1 } } },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Value_of_a_component_is_refused_under_the_key_it_would_have(string key, string value, ComponentSettings settings)
    {
        var problem = Assert.Single(SettingsUnderTest.Problems("", options => options.Component("tools/search", _ => settings)));

        Assert.Equal(($"kairos.components.\"tools/search\".{key}", value), (problem.Key, problem.Value));
    }

    [Fact]
    public void A_wrong_default_is_reported_once_and_not_for_every_component()
    {
        var problem = Assert.Single(SettingsUnderTest.Problems("", options => options.Defaults(_ => With(new BreakerPolicy { HalfOpenCalls = 0 }))));

        Assert.Equal("kairos.defaults.breaker.half-open-calls", problem.Key);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1_000_001)]
    public void So_many_components_are_refused(int max) =>
        Assert.Equal("kairos.max-components", SettingsUnderTest.Problems("", options => options.MaxComponents = max)[0].Key);

    [Fact]
    public void A_name_is_refused_where_it_is_given() =>
        Assert.Throws<ArgumentException>(() => new KairosOptions().Component("NO NAME"));

    [Fact]
    public void Settings_and_their_parts_are_values() =>
        Assert.Equal(With(new BreakerPolicy { Window = TimeSpan.FromSeconds(9) }), With(new BreakerPolicy { Window = TimeSpan.FromSeconds(9) }));

    private static ComponentSettings With(BreakerPolicy breaker) => ComponentSettings.Default with { Breaker = breaker };
}
