using System.Collections.Immutable;
using System.Globalization;
using Kairos.Components;

namespace Kairos.Configuration;

/// <summary>
/// The settings in force: those that were read, and above them what was changed while Kairos runs. Such a change is kept key by key, so that
/// what is read again later changes all the rest. Thread-safe.
/// </summary>
internal sealed class LiveSettings(KairosSettings read)
{
    private readonly Lock _lock = new();
    private ImmutableDictionary<string, ComponentOverride> _components = ImmutableDictionary<string, ComponentOverride>.Empty;
    private ImmutableDictionary<string, IFaultSource?> _faults = ImmutableDictionary<string, IFaultSource?>.Empty; // null: taken away
    private ComponentOverride _defaults = ComponentOverride.None;
    private TimeSpan? _askTimeout;
    private ImmutableSortedDictionary<string, ModelPrice>? _prices;
    private KairosSettings _read = read;
    private volatile KairosSettings _inForce = read;

    public KairosSettings InForce => _inForce;

    /// <summary>Changes what is in force. Nothing changes where something is wrong with it.</summary>
    /// <exception cref="SettingsException">It names all that is wrong.</exception>
    public void Change(Func<KairosSettings, KairosSettings> change)
    {
        while (true)
        {
            var before = _inForce;
            var changed = change(before); // somebody else's code: it runs before anybody is locked out
            lock (_lock)
            {
                if (!ReferenceEquals(before, _inForce)) continue;
                Put(before, Checked(changed) with { Faults = before.Faults, RateLimiters = before.RateLimiters }); // nobody's to change but by Strike
                return;
            }
        }
    }

    /// <summary>Keeps what one component was set to.</summary>
    /// <param name="name">The component.</param>
    /// <param name="settings">What it was set to.</param>
    /// <param name="isThere">Whether it is there still, and not on its way out.</param>
    /// <returns>All that is wrong with it, for the component or for those that inherit from it; then nothing changes.</returns>
    public IReadOnlyList<SettingProblem> Keep(string name, ComponentSettings settings, Func<bool> isThere)
    {
        lock (_lock)
        {
            var after = _inForce.With(name, _ => settings);
            var problems = after.Components.Where(other => ComponentName.IsWithin(other, name))
                .SelectMany(other => SettingsCheck.ProblemsOf(SettingsCheck.SectionOf(other), after.For(other))).ToList();
            if (problems.Count > 0 || !isThere()) return problems;
            var change = ComponentOverride.Between(_inForce.For(name), settings);
            _components = _components.SetItem(name, _components.GetValueOrDefault(name, ComponentOverride.None).Then(change));
            _inForce = after;
            return [];
        }
    }

    /// <summary>A component and all beneath it are removed, and with them what was changed of them.</summary>
    public void Forget(string root)
    {
        lock (_lock)
        {
            var changed = _components.Keys.Where(name => ComponentName.IsWithin(name, root)).ToList();
            if (changed.Count == 0) return;
            _components = _components.RemoveRange(changed);
            _inForce = _inForce with
            {
                Overrides = _inForce.Overrides.RemoveRange(changed).AddRange(_read.Overrides.Where(read => changed.Contains(read.Key))),
            };
        }
    }

    /// <summary>Puts what was read anew beneath the changes, unless something is wrong with what that makes.</summary>
    /// <exception cref="SettingsException">It names all that is wrong.</exception>
    public void Reload(KairosSettings read)
    {
        lock (_lock)
        {
            _inForce = Checked(read with
            {
                AskTimeout = _askTimeout ?? read.AskTimeout,
                Prices = _prices ?? read.Prices,
                Defaults = _defaults.ApplyTo(read.Defaults),
                Overrides = read.Overrides.SetItems(_components.Select(changed =>
                    KeyValuePair.Create(changed.Key, read.Overrides.GetValueOrDefault(changed.Key, ComponentOverride.None).Then(changed.Value)))),
                Faults = Changed(read.Faults, _faults),
            });
            _read = read;
        }
    }

    /// <summary>Has something strike the calls of a component and of what is beneath it; null for nothing any more.</summary>
    public void Strike(string component, IFaultSource? faults)
    {
        lock (_lock)
        {
            _faults = _faults.SetItem(component, faults);
            _inForce = _inForce with { Faults = Changed(_inForce.Faults, _faults) };
        }
    }

    private static ImmutableSortedDictionary<string, IFaultSource> Changed(
        ImmutableSortedDictionary<string, IFaultSource> read, ImmutableDictionary<string, IFaultSource?> changes) =>
        read.RemoveRange(changes.Keys).AddRange(changes.Where(change => change.Value is not null)!);

    private void Put(KairosSettings before, KairosSettings after)
    {
        if (after.AskTimeout != before.AskTimeout) _askTimeout = after.AskTimeout;
        if (!after.Prices.SequenceEqual(before.Prices)) _prices = after.Prices;
        _defaults = _defaults.Then(ComponentOverride.Between(before.Defaults, after.Defaults));
        foreach (var name in before.Components.Union(after.Components))
        {
            var (was, own) = (OwnOf(before, name), OwnOf(after, name));
            if (was == own) continue;
            var keys = (was?.Keys ?? []).Union(own?.Keys ?? []).Where(key => was?.SaysTheSame(key, own) is not true);
            _components = _components.SetItem(name, _components.GetValueOrDefault(name, ComponentOverride.None).Then(new([.. keys], after.For(name))));
        }

        _inForce = after;
    }

    private static ComponentOverride? OwnOf(KairosSettings settings, string name) => settings.Overrides.GetValueOrDefault(name);

    /// <summary>The settings, with the number of components that there may be from the start.</summary>
    private KairosSettings Checked(KairosSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        settings = settings with { MaxComponents = _inForce.MaxComponents };
        var problems = SettingsCheck.ProblemsOf(settings);
        if (problems.Count == 0 && settings.Overrides.Count > settings.MaxComponents)
        {
            problems = [new SettingProblem(
                "kairos.max-components",
                settings.MaxComponents.ToString(CultureInfo.InvariantCulture),
                $"at least as many as are configured, which is {settings.Overrides.Count}")];
        }

        return problems.Count == 0 ? settings : throw new SettingsException(problems);
    }
}
