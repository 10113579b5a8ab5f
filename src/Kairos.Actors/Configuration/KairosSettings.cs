using System.Collections.Immutable;
using System.Threading.RateLimiting;
using Kairos.Components;
using Kairos.Configuration;

namespace Kairos;

/// <summary>
/// The settings of one Kairos: what holds for every component, and what single components change. Immutable and thread-safe; change them with
/// <c>with</c> and <see cref="With"/>. Two that say the same are equal.
/// </summary>
/// <example><code>kairos.Reconfigure(settings => settings.With("llm", c => c with { Call = c.Call with { Deadline = TimeSpan.FromSeconds(30) } }));</code></example>
public sealed record KairosSettings
{
    /// <summary>How many components there may be, sub-components included. 1 to 1,000,000; default 10,000.</summary>
    public int MaxComponents { get; init; } = 10_000;

    /// <summary>How long a question to an actor (<c>GetSnapshotAsync</c>, <c>AskAsync</c>) waits for its answer. 1 ms to 1 day; default 10 s.</summary>
    public TimeSpan AskTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The settings of a component that overrides nothing.</summary>
    public ComponentSettings Defaults { get; init; } = ComponentSettings.Default;

    /// <summary>
    /// What the tokens of models cost, by the model's name, whatever its case. A name holds for the models whose own name begins with it and goes on with a
    /// sign: <c>gpt-large</c> for <c>gpt-large-2026-01-01</c>, unless that has a price of its own. Default: none.
    /// </summary>
    public ImmutableSortedDictionary<string, ModelPrice> Prices { get; init; } = ImmutableSortedDictionary.Create<string, ModelPrice>(StringComparer.OrdinalIgnoreCase);

    /// <summary>The price of a model: that of the longest name that fits; null where it has none.</summary>
    internal ModelPrice? PriceOf(string model)
    {
        if (Prices.IsEmpty) return null;
        for (var length = model.Length; length > 0; length--)
        {
            if (length < model.Length && char.IsAsciiLetterOrDigit(model[length])) continue;
            if (Prices.TryGetValue(model[..length], out var price)) return price;
        }

        return null;
    }

    /// <summary>The components that are named, and so exist from the start, ordered by name.</summary>
    public ImmutableArray<string> Components => [.. Overrides.Keys];

    internal ImmutableSortedDictionary<string, ComponentOverride> Overrides { get; init; } =
        ImmutableSortedDictionary.Create<string, ComponentOverride>(StringComparer.Ordinal);

    /// <summary>The faults on request, by component; each strikes what is beneath the component, too, that has none of its own.</summary>
    internal ImmutableSortedDictionary<string, IFaultSource> Faults { get; init; } = NoFaults;

    /// <summary>The application's own limiters, by component; each holds for what is beneath the component, too, that has none of its own.</summary>
    internal ImmutableDictionary<string, RateLimiter> RateLimiters { get; init; } = ImmutableDictionary<string, RateLimiter>.Empty;

    internal static ImmutableSortedDictionary<string, IFaultSource> NoFaults { get; } =
        ImmutableSortedDictionary.Create<string, IFaultSource>(StringComparer.Ordinal);

    /// <summary>The settings of a component: the defaults, changed by each of its ancestors in turn, and last by itself.</summary>
    public ComponentSettings For(string component)
    {
        ArgumentNullException.ThrowIfNull(component);
        var inherited = ComponentName.ParentOf(component) is { } parent ? For(parent) : Defaults;
        var settings = Overrides.TryGetValue(component, out var own) ? own.ApplyTo(inherited) : inherited;
        if (RateLimiters.TryGetValue(component, out var limiter)) settings = settings with { RateLimiter = limiter };
        return Faults.TryGetValue(component, out var faults) ? settings with { Faults = faults } : settings;
    }

    /// <summary>
    /// Names a component, and changes its settings. What the change leaves as it is goes on to be inherited, from the parent or the defaults.
    /// </summary>
    /// <exception cref="ArgumentException">The name is not that of a component.</exception>
    public KairosSettings With(string component, Func<ComponentSettings, ComponentSettings>? change = null)
    {
        var own = Overrides.GetValueOrDefault(ComponentName.Require(component), ComponentOverride.None);
        if (change is null) return this with { Overrides = Overrides.SetItem(component, own) };
        var before = For(component);
        return this with { Overrides = Overrides.SetItem(component, own.Then(ComponentOverride.Between(before, change(before)))) };
    }

    /// <inheritdoc/>
    public bool Equals(KairosSettings? other) =>
        other is not null && MaxComponents == other.MaxComponents && AskTimeout == other.AskTimeout && Defaults == other.Defaults
        && Overrides.SequenceEqual(other.Overrides) && Prices.SequenceEqual(other.Prices) && Faults.SequenceEqual(other.Faults);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(MaxComponents, AskTimeout, Defaults, Overrides.Count);
}
