using System.Diagnostics.Metrics;
using Kairos.Components;
using TagPair = System.Collections.Generic.KeyValuePair<string, object?>;

namespace Kairos.Metrics;

/// <summary>
/// All counters. Written by the metrics actor alone and handed to it through its <c>Props</c>, so that they outlive a crash of it; read by
/// the thread that collects.
/// </summary>
internal sealed class MetricsBook
{
    private readonly Roster<ComponentMetrics> _components = new();
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly Series?[] _refused = new Series?[RefusalReasonNames.Count];

    /// <summary>The one instrument that is told at once: a distribution cannot be read afterwards.</summary>
    public Histogram<double>? RecoveryDuration { get; set; }

    /// <summary>The counters of all components; not to be changed.</summary>
    public ComponentMetrics[] Components => _components.Items;

    public IEnumerable<Series> Refused => _refused.OfType<Series>();

    public ComponentMetrics Of(string component)
    {
        if (_components.Find(component) is { } known) return known;
        var added = new ComponentMetrics(component);
        _components.TryAdd(component, added);
        return added;
    }

    public void Remove(string component)
    {
        if (_components.Find(component) is { } known) _components.TryRemove(component, known);
    }

    /// <summary>
    /// Notes the name of a component. True the first time that there have been more than a limit: OpenTelemetry keeps the place of a series
    /// for ever, also of a component that was removed. What is kept here is bounded by the limit.
    /// </summary>
    public bool ExhaustsNames(string component, int limit) => _names.Count <= limit && _names.Add(component) && _names.Count > limit;

    /// <summary>Counts reports that could not be taken. True when it is the first time for this reason.</summary>
    public bool AddRefused(RefusalReason reason, long count)
    {
        var first = _refused[(int)reason] is null;
        var series = _refused[(int)reason] ?? new Series(new TagPair(MetricNames.Reason, reason.ToWireName()));
        series.Add(count);
        Volatile.Write(ref _refused[(int)reason], series);
        return first;
    }
}
