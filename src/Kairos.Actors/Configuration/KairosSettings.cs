using System.Collections.Immutable;

namespace Kairos;

/// <summary>
/// The settings of one Kairos: what holds for every component, and what single components change. Immutable and thread-safe. Made from code
/// over HOCON over <c>reference.conf</c>.
/// </summary>
public sealed class KairosSettings
{
    private readonly ImmutableDictionary<string, Func<ComponentSettings, ComponentSettings>> _overrides;

    internal KairosSettings(
        int maxComponents, TimeSpan askTimeout, ComponentSettings defaults, ImmutableDictionary<string, Func<ComponentSettings, ComponentSettings>> overrides)
    {
        MaxComponents = maxComponents;
        AskTimeout = askTimeout;
        Defaults = defaults;
        _overrides = overrides;
        Components = [.. overrides.Keys.Order(StringComparer.Ordinal)];
    }

    /// <summary>How many components there may be, sub-components included. 1 to 1,000,000; default 10,000.</summary>
    public int MaxComponents { get; }

    /// <summary>How long a question to an actor (<c>GetSnapshotAsync</c>, <c>AskAsync</c>) waits for its answer. 1 ms to 1 day; default 10 s.</summary>
    public TimeSpan AskTimeout { get; }

    /// <summary>The settings of a component that overrides nothing.</summary>
    public ComponentSettings Defaults { get; }

    /// <summary>The components that are named, and so exist from the start.</summary>
    public ImmutableArray<string> Components { get; }

    /// <summary>The settings of a component: the defaults, changed by each of its ancestors in turn, and last by itself.</summary>
    public ComponentSettings For(string component)
    {
        ArgumentNullException.ThrowIfNull(component);
        var inherited = ComponentName.ParentOf(component) is { } parent ? For(parent) : Defaults;
        return _overrides.TryGetValue(component, out var change) ? change(inherited) : inherited;
    }
}
