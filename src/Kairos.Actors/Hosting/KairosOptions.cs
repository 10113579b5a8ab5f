using System.Collections.Immutable;
using Kairos.Components;

namespace Kairos.Hosting;

/// <summary>
/// What an application sets in code. It overrides HOCON, which overrides <c>reference.conf</c>. Not thread-safe; read once, at the start.
/// </summary>
/// <example><code>options.Component("llm", c => c with { Breaker = c.Breaker with { ConsecutiveFailures = 3 } });</code></example>
public sealed class KairosOptions
{
    private readonly Dictionary<string, Func<ComponentSettings, ComponentSettings>> _components = new(StringComparer.Ordinal);
    private readonly List<Func<ComponentSettings, ComponentSettings>> _defaults = [];

    /// <summary>How many components there may be; null takes <c>kairos.max-components</c>.</summary>
    public int? MaxComponents { get; set; }

    /// <summary>Where time comes from. Default: the system's clock.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Changes what holds for every component.</summary>
    public KairosOptions Defaults(Func<ComponentSettings, ComponentSettings> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        _defaults.Add(change);
        return this;
    }

    /// <summary>Names a component, which then exists from the start, and changes its settings.</summary>
    /// <exception cref="ArgumentException">The name is not that of a component.</exception>
    public KairosOptions Component(string name, Func<ComponentSettings, ComponentSettings>? change = null)
    {
        ComponentName.Require(name);
        var before = _components.GetValueOrDefault(name, settings => settings);
        _components[name] = change is null ? before : settings => change(before(settings));
        return this;
    }

    internal ComponentSettings ChangeDefaults(ComponentSettings settings) => _defaults.Aggregate(settings, (current, change) => change(current));

    internal ImmutableDictionary<string, Func<ComponentSettings, ComponentSettings>> Components =>
        _components.ToImmutableDictionary(StringComparer.Ordinal);
}
