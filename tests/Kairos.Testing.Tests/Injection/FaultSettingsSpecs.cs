using Microsoft.Extensions.Configuration;

namespace Kairos.Testing.Tests.Injection;

/// <summary>Faults that the settings ask for: where the application allows them, and nowhere else.</summary>
public sealed class FaultSettingsSpecs
{
    private const string Hocon = """
        kairos.defaults.call.retry.max-attempts = 1
        kairos.faults {
          seed = 7
          llm { error-rate = 1, code = rate_limit, retry-after = 2s }
          memory { latency = 50ms..500ms }
          "tools/clock" { error-rate = 0.5 }
          tools {}
        }
        """;

    [Fact]
    public async Task They_are_read_from_HOCON_strike_and_are_logged_at_the_start()
    {
        await using var kairos = KairosTest.Start(Hocon, options => options.InjectFromSettings());

        var failure = await Assert.ThrowsAsync<KairosException>(() => kairos["llm"].SucceedAsync().AsTask());

        Assert.Equal((ErrorCode.RateLimit, TimeSpan.FromSeconds(2)), (failure.Error.Code, failure.Error.RetryAfter));
        await kairos.DrainAsync();
        Assert.Equal(
            [
                "Warning 15: Faults on request strike llm and what is beneath it: error-rate 1, code rate_limit, retry-after 2s, seed 7",
                "Warning 15: Faults on request strike memory and what is beneath it: latency 50ms..500ms, seed 7",
                "Warning 15: Faults on request strike tools/clock and what is beneath it: error-rate 0.5, seed 7",
            ],
            kairos.Log.Where(line => line.StartsWith("Warning 15", StringComparison.Ordinal)).Order());
    }

    [Fact]
    public void An_application_that_does_not_allow_them_does_not_start_with_them()
    {
        var wrong = Assert.Throws<SettingsException>(() => KairosTest.Start(Hocon));

        Assert.All(wrong.Problems, problem => Assert.StartsWith("kairos.faults.", problem.Key, StringComparison.Ordinal));
        Assert.Contains(wrong.Problems, problem => problem.Allowed.StartsWith("unknown key", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("kairos.faults.llm.error-rate = 1.5", "kairos.faults.llm.error-rate = '1.5': allowed is a number from 0 to 1")]
    [InlineData("kairos.faults.llm.latency = 5", "kairos.faults.llm.latency = '5': allowed is a duration with its unit up to 1h, or two as min..max")]
    [InlineData("kairos.faults.llm.latency = 5s..1s", "kairos.faults.llm.latency = '5s..1s': allowed is a duration with its unit up to 1h, or two as min..max")]
    [InlineData("kairos.faults.llm.latency = infinite", "kairos.faults.llm.latency = 'infinite': allowed is a duration with its unit up to 1h, or two as min..max")]
    [InlineData("kairos.faults.llm.retry-after = 2h", "kairos.faults.llm.retry-after = '2h': allowed is a duration with its unit up to 1h")]
    [InlineData("kairos.faults.llm.eror-rate = 1", "kairos.faults.llm.eror-rate: unknown key; the nearest known one is kairos.faults.llm.error-rate")]
    [InlineData("kairos.faults.\"tools/clock\".cod = timeout", "kairos.faults.\"tools/clock\".cod: unknown key; the nearest known one is kairos.faults.\"tools/clock\".code")]
    [InlineData("kairos.faults.LLM.code = timeout", "kairos.faults = 'LLM': names are ")]
    [InlineData("kairos.faults.seed = x", "kairos.faults.seed = 'x': allowed is a whole number")]
    [InlineData("kairos.faults.llm = 5", "kairos.faults.llm: allowed is a section, in braces")]
    [InlineData("kairos.faults = on", "kairos.faults: allowed is a section, in braces")]
    [InlineData("kairos.faults.llm.code = boom", "kairos.faults.llm.code = 'boom': allowed is llm_error or timeout or rate_limit or ")]
    public void What_is_wrong_is_said_with_key_value_and_what_is_allowed(string hocon, string problem)
    {
        var wrong = Assert.Throws<SettingsException>(() => KairosTest.Start(hocon, options => options.InjectFromSettings()));

        Assert.StartsWith(problem, Assert.Single(wrong.Problems).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void All_that_is_wrong_is_said_at_once_with_what_is_wrong_elsewhere()
    {
        var wrong = Assert.Throws<SettingsException>(() => KairosTest.Start(
            "kairos.faults.llm { error-rate = 2, code = x }\nkairos.defaults.breaker.window = 5", options => options.InjectFromSettings()));

        Assert.Equal(3, wrong.Problems.Count);
    }

    [Fact]
    public async Task Dotnets_configuration_is_read_again_in_place_and_each_change_is_logged()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Kairos:Defaults:Call:Retry:MaxAttempts"] = "1",
            ["Kairos:Faults:Seed"] = "1",
            ["Kairos:Faults:Llm:ErrorRate"] = "1",
            ["KAIROS:FAULTS:TOOLS:RETRYAFTER"] = "00:00:02",
        }).Build();
        await using var kairos = KairosTest.Start(options =>
        {
            options.Configuration = configuration;
            options.InjectFromSettings().Inject("memory", Faults.ErrorRate(1));
        });
        await Assert.ThrowsAsync<KairosException>(() => kairos["llm"].SucceedAsync().AsTask());
        await Assert.ThrowsAsync<KairosException>(() => kairos["memory"].SucceedAsync().AsTask());
        await kairos.InjectAsync("tools", Faults.ErrorRate(1));

        configuration["Kairos:Faults:Llm:ErrorRate"] = "0";
        configuration.Reload();
        await kairos.DrainAsync();

        await kairos["llm"].SucceedAsync();
        await Assert.ThrowsAsync<KairosException>(() => kairos["memory"].SucceedAsync().AsTask()); // of code
        await Assert.ThrowsAsync<KairosException>(() => kairos["tools"].SucceedAsync().AsTask()); // of a test
        Assert.Equal(
            [
                "llm and what is beneath it: error-rate 1, seed 1", "memory and what is beneath it: error-rate 1", "tools and what is beneath it: none",
                "tools and what is beneath it: error-rate 1", "llm and what is beneath it: none",
            ],
            kairos.Log.Where(line => line.StartsWith("Warning 15", StringComparison.Ordinal)).Select(line => line.Split(" strike ")[1]));
    }

    [Fact]
    public async Task A_wrong_change_changes_nothing_and_is_logged()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["Kairos:Faults:Llm:ErrorRate"] = "1" }).Build();
        await using var kairos = KairosTest.Start(Calls.Once, options =>
        {
            options.Configuration = configuration;
            options.InjectFromSettings();
        });

        configuration["Kairos:Faults:Llm:ErrorRate"] = "lots";
        configuration.Reload();
        await kairos.DrainAsync();

        await Assert.ThrowsAsync<KairosException>(() => kairos["llm"].SucceedAsync().AsTask());
        Assert.Contains(kairos.Log, line => line.Contains("Kairos:Faults:Llm:ErrorRate = 'lots': allowed is a number", StringComparison.Ordinal));
    }
}
