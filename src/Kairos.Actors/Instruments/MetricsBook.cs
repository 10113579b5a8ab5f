using System.Diagnostics.Metrics;
using Kairos.State;
using TagPair = System.Collections.Generic.KeyValuePair<string, object?>;

namespace Kairos.Instruments;

/// <summary>
/// The counters that belong to no component; those of a component are in its handle. Written by the metrics actor alone and handed to it through
/// its <c>Props</c>, so that they outlive a crash of it; read by the thread that collects.
/// </summary>
internal sealed class MetricsBook
{
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly Series?[] _refused = new Series?[RefusalReasonNames.Count];
    private volatile ComponentMetrics[] _own = [];

    /// <summary>The one instrument that is told at once: a distribution cannot be read afterwards.</summary>
    public Histogram<double>? RecoveryDuration { get; set; }

    /// <summary>The counter of errors, to see whether anybody collects it.</summary>
    public Instrument? Errors { get; set; }

    /// <summary>The counters of Kairos' own actors; not to be changed.</summary>
    public ComponentMetrics[] Own => _own;

    public IEnumerable<Series> Refused => _refused.OfType<Series>();

    /// <summary>How many reports could not be taken for a reason.</summary>
    public long RefusedFor(RefusalReason reason) => Volatile.Read(ref _refused[(int)reason])?.Total ?? 0;

    /// <summary>Counts a restart of one of Kairos' own actors.</summary>
    public void AddOwnRestart(string name)
    {
        var known = Array.Find(_own, own => own.Name == name) ?? new ComponentMetrics(name);
        known.AddRestart();
        if (!_own.Contains(known)) _own = [.. _own, known];
    }

    /// <summary>
    /// Notes the name of a component. True the first time that there have been more than a limit: OpenTelemetry keeps the series
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
