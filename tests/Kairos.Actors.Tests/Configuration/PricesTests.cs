using Kairos.Configuration;
using Microsoft.Extensions.Configuration;

namespace Kairos.Tests.Configuration;

/// <summary>Prices of models, whichever way they are written.</summary>
public sealed class PricesTests
{
    [Fact]
    public void A_price_means_the_same_in_HOCON_configuration_and_code()
    {
        KairosSettings[] all =
        [
            SettingsUnderTest.Read("kairos.prices.\"gpt-4.1\" { input = 2.50, cached-input = 0.625, output = 10 }"),
            SettingsUnderTest.Read("", options => options.Configuration = Configuration(
                ("Kairos:Prices:GPT-4.1:Input", "2.50"), ("Kairos:Prices:GPT-4.1:CachedInput", "0.625"), ("Kairos:Prices:GPT-4.1:output", "10"))),
            SettingsUnderTest.Read("", options => options.Price("gpt-4.1", new ModelPrice { Input = 2.50m, CachedInput = 0.625m, Output = 10 })),
        ];

        Assert.All(all, settings => Assert.Equal(new ModelPrice { Input = 2.5m, CachedInput = 0.625m, Output = 10 }, settings.PriceOf("gpt-4.1")));
    }

    [Fact]
    public void Code_beats_configuration_and_that_beats_HOCON()
    {
        var settings = SettingsUnderTest.Read("kairos.prices { a { input = 1, output = 1 }\n b { input = 1 } }", options =>
        {
            options.Configuration = Configuration(("Kairos:Prices:A:Input", "2"), ("Kairos:Prices:b:Input", "2"));
            options.Price("b", new ModelPrice { Input = 3 });
        });

        Assert.Equal((2, 1, 3), (settings.PriceOf("a")?.Input, settings.PriceOf("a")?.Output, settings.PriceOf("b")?.Input));
    }

    [Theory]
    [InlineData("kairos.prices.a.input = -1", "kairos.prices.a.input", "allowed is a number from 0 to 1000000")]
    [InlineData("kairos.prices.a.input = 1e3", "kairos.prices.a.input", "allowed is a number from 0 to 1000000")]
    [InlineData("kairos.prices.\"a.1\".ouput = 1", "kairos.prices.\"a.1\".ouput", "kairos.prices.\"a.1\".output")]
    [InlineData("kairos.prices.a = 1", "kairos.prices.a", "allowed is a section, in braces")]
    public void What_is_wrong_is_told_with_its_key(string hocon, string key, string told)
    {
        var problem = Assert.Single(SettingsUnderTest.Problems(hocon));

        Assert.Equal(key, problem.Key);
        Assert.Contains(told, problem.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_price_that_is_set_in_code_is_checked_too() => Assert.Equal(
        "kairos.prices.a.output",
        Assert.Single(SettingsUnderTest.Problems("", options => options.Price("a", new ModelPrice { Output = -1 }))).Key);

    [Fact]
    public void What_is_changed_while_running_stands_above_what_is_read_again()
    {
        var live = new LiveSettings(new KairosSettings());
        var prices = new KairosSettings().Prices.Add("a", new ModelPrice { Input = 1 });
        live.Change(settings => settings with { Prices = prices });

        live.Reload(new KairosSettings() with { Prices = new KairosSettings().Prices.Add("a", new ModelPrice { Input = 2 }) });

        Assert.Equal(1, live.InForce.PriceOf("a")?.Input);
        Assert.Throws<SettingsException>(() => live.Change(settings => settings with { Prices = prices.SetItem("a", new ModelPrice { Input = -1 }) }));
    }

    private static IConfiguration Configuration(params (string Key, string? Value)[] values) =>
        new ConfigurationBuilder().AddInMemoryCollection(values.ToDictionary(pair => pair.Key, pair => pair.Value)).Build();
}
