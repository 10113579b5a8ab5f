using System.Collections.Immutable;

namespace Kairos.Configuration;

/// <summary>What one component changes of what it inherits: the keys, and their values. Immutable; two that change the same to the same are equal.</summary>
/// <param name="Keys">The keys that it changes.</param>
/// <param name="Values">Settings of which those of the keys count.</param>
internal sealed record ComponentOverride(ImmutableHashSet<string> Keys, ComponentSettings Values)
{
    private static readonly Dictionary<string, Setting<ComponentSettings>> Table = ComponentKeys.All.ToDictionary(setting => setting.Key, StringComparer.Ordinal);

    public static ComponentOverride None { get; } = new([], ComponentSettings.Default);

    /// <summary>What was changed.</summary>
    public static ComponentOverride Between(ComponentSettings before, ComponentSettings after) =>
        new([.. ComponentKeys.All.Where(setting => setting.Copy(after, before) != before).Select(setting => setting.Key)], after);

    public ComponentSettings ApplyTo(ComponentSettings inherited) => Keys.Aggregate(inherited, (current, key) => Table[key].Copy(Values, current));

    /// <summary>What both change; where they differ, the other holds.</summary>
    public ComponentOverride Then(ComponentOverride other) => new(Keys.Union(other.Keys), other.ApplyTo(Values));

    /// <summary>This, and a key that is set to what a change makes of it.</summary>
    public ComponentOverride Then(string key, Func<ComponentSettings, ComponentSettings> change) => new(Keys.Add(key), change(Values));

    /// <summary>Whether both change a key, and to the same.</summary>
    public bool SaysTheSame(string key, ComponentOverride? other) =>
        Keys.Contains(key) && other?.Keys.Contains(key) is true && Table[key].Copy(other.Values, Values) == Values;

    public bool Equals(ComponentOverride? other) =>
        other is not null && Keys.SetEquals(other.Keys) && ApplyTo(ComponentSettings.Default) == other.ApplyTo(ComponentSettings.Default);

    public override int GetHashCode() => Keys.Count;
}
