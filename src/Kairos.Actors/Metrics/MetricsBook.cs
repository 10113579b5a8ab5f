using System.Collections.Concurrent;
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
    private readonly ConcurrentDictionary<string, ComponentMetrics> _components = new(StringComparer.Ordinal);
    private readonly Series?[] _refused = new Series?[RefusalReasonNames.Count];

    /// <summary>The one instrument that is told at once: a distribution cannot be read afterwards.</summary>
    public Histogram<double>? RecoveryDuration { get; set; }

    public IEnumerable<ComponentMetrics> Components => _components.Select(pair => pair.Value);

    public IEnumerable<Series> Refused => _refused.OfType<Series>();

    public ComponentMetrics Of(string component) =>
        _components.GetOrAdd(component, static name => new ComponentMetrics(name));

    public void Remove(string component) => _components.TryRemove(component, out _);

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
