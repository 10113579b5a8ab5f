using Kairos.Configuration;

namespace Kairos;

/// <summary>What the tokens of a model cost, for <see cref="CallLimits.Cost"/>. In any currency, the same for all models. Immutable and thread-safe.</summary>
/// <example><code>options.Price("gpt-large", new ModelPrice { Input = 2.5m, CachedInput = 1.25m, Output = 10 });</code></example>
public sealed record ModelPrice
{
    private const decimal Million = 1_000_000;

    /// <summary>The price of a million tokens of input. 0 to 1,000,000; default 0.</summary>
    public decimal Input { get; init; }

    /// <summary>The price of a million tokens of input that the provider had cached. 0 to 1,000,000; null (default): that of all input.</summary>
    public decimal? CachedInput { get; init; }

    /// <summary>The price of a million tokens of output. 0 to 1,000,000; default 0.</summary>
    public decimal Output { get; init; }

    /// <summary>The keys below <c>kairos.prices.&lt;model&gt;</c>.</summary>
    internal static IReadOnlyList<Setting<ModelPrice>> Keys { get; } =
    [
        Setting.Decimal<ModelPrice>("input", 0, Million, price => price.Input, (price, value) => price with { Input = value }),
        Setting.Decimal<ModelPrice>("cached-input", 0, Million, price => price.CachedInput ?? price.Input, (price, value) => price with { CachedInput = value }),
        Setting.Decimal<ModelPrice>("output", 0, Million, price => price.Output, (price, value) => price with { Output = value }),
    ];

    /// <summary>What a call cost.</summary>
    /// <param name="input">Its tokens of input, cached ones included.</param>
    /// <param name="cached">Those of them that were cached.</param>
    /// <param name="output">Its tokens of output.</param>
    internal decimal CostOf(long input, long cached, long output)
    {
        cached = Math.Clamp(cached, 0, input);
        return (((input - cached) * Input) + (cached * (CachedInput ?? Input)) + (output * Output)) / Million;
    }
}
