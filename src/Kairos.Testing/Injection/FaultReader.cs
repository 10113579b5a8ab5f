using System.Collections.Immutable;
using System.Globalization;
using Kairos.Components;
using Kairos.Configuration;
using Kairos.Errors;

namespace Kairos.Testing;

/// <summary>Reads <c>kairos.faults</c>: a seed for all, and for each component what is to go wrong. Thread-safe.</summary>
internal sealed class FaultReader : IFaultReader
{
    private const string Section = "faults";
    private const string Seed = "seed";
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private static readonly Setting<Faults>[] OfAll =
    [
        new(Seed, SettingKind.Whole, "a whole number", ReadSeed, f => f.Number?.ToString(CultureInfo.InvariantCulture) ?? "", (from, to) => to with { Number = from.Number }),
    ];

    private static readonly Setting<Faults>[] OfComponent =
    [
        Setting.Number<Faults>("error-rate", 0, 1, f => f.Rate, (f, v) => f with { Rate = v }),
        new("code", SettingKind.Choice, string.Join(" or ", ErrorCodeNames.All), ReadCode, f => f.Code?.ToWireName() ?? "", (from, to) => to with { Code = from.Code })
        {
            Words = ErrorCodeNames.All,
        },
        new("latency", SettingKind.Duration, "a duration with its unit up to 1h, or two as min..max", ReadLatency, f => f.WriteLatency(),
            (from, to) => to with { MinLatency = from.MinLatency, MaxLatency = from.MaxLatency }),
        new("retry-after", SettingKind.Duration, "a duration with its unit up to 1h", ReadWait, f => f.Wait is { } wait ? Durations.Write(wait) : "",
            (from, to) => to with { Wait = from.Wait }),
    ];

    /// <inheritdoc/>
    public IEnumerable<Setting> Keys => [.. OfAll, .. OfComponent];

    /// <inheritdoc/>
    public ImmutableSortedDictionary<string, IFaultSource> TakeFrom(SettingsSource[] sources, Findings findings)
    {
        var reading = new Reading(findings);
        foreach (ref var source in sources.AsSpan())
        {
            var mine = source.Values.Where(written => written.Path is [Section, ..]).ToList();
            foreach (var written in mine) reading.Take(source, written);
            source = source with { Values = [.. source.Values.Except(mine)] };
        }

        return KairosSettings.NoFaults.AddRange(reading.Faults.Select(of => KeyValuePair.Create(
            of.Key, (IFaultSource)new FaultSource(of.Value with { Number = reading.Drawn.Number }))));
    }

    private static Func<Faults, Faults>? ReadSeed(string text) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seed) ? faults => faults with { Number = seed } : null;

    private static Func<Faults, Faults>? ReadCode(string text) =>
        ErrorCodeNames.TryParse(text, out var code) ? faults => faults with { Code = code } : null;

    private static Func<Faults, Faults>? ReadWait(string text) =>
        TryRead(text, out var wait) ? faults => faults with { Wait = wait } : null;

    private static Func<Faults, Faults>? ReadLatency(string text)
    {
        var ends = text.Split("..");
        if (ends.Length > 2 || !TryRead(ends[0].Trim(), out var min) || !TryRead(ends[^1].Trim(), out var max) || max < min) return null;
        return faults => faults with { MinLatency = min, MaxLatency = max };
    }

    private static bool TryRead(string text, out TimeSpan value) => Durations.TryRead(text, out value) && value >= TimeSpan.Zero && value <= Hour;

    /// <summary>One reading of all sources.</summary>
    private sealed class Reading(Findings findings)
    {
        private readonly KeyReader<Faults> _all = new(OfAll, findings);
        private readonly KeyReader<Faults> _component = new(OfComponent, findings);

        public Faults Drawn { get; private set; } = Kairos.Faults.None;

        public Dictionary<string, Faults> Faults { get; } = new(StringComparer.Ordinal);

        public void Take(SettingsSource source, Written written)
        {
            if (written.Path is [Section, var component, _, ..]) TakeComponent(source, written, component);
            else if (written.Path is [Section, Seed] && _all.Read(source, written, Seed, []) is { } change) Drawn = change(Drawn);
            else if (written.Path is not [Section, Seed] && (written.Value is not null || written.IsList))
                findings.Report(new SettingProblem(Redaction.OfKey(written.Name), null, $"allowed is {source.Section}"));
        }

        private void TakeComponent(SettingsSource source, Written written, string component)
        {
            if (!ComponentName.IsValid(component))
            {
                findings.Report(new SettingProblem(source.NameOf([Section]), ComponentName.Shorten(component), $"names are {ComponentName.Allowed}"));
                return;
            }

            var known = OfComponent.Select(setting => (string[])[Section, component, setting.Key]).Append([Section, Seed]);
            var faults = Faults.GetValueOrDefault(component, Kairos.Faults.None);
            Faults[component] = _component.Read(source, written, written.KeyFrom(2), known) is { } change ? change(faults) : faults;
        }
    }
}
