using System.Diagnostics.Metrics;
using System.Globalization;
using TagPair = System.Collections.Generic.KeyValuePair<string, object?>;

namespace Kairos;

/// <summary>
/// The metrics of one Kairos, whatever else lives in the process: read from its own meter, and from no other of the name. Each reading collects
/// anew, after all that was told before it has been counted. Thread-safe.
/// </summary>
public sealed class KairosMetrics
{
    private readonly Lock _lock = new();
    private readonly Action _count;
    private readonly MeterListener _listener;
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly List<(string Name, double Value, TagPair[] Tags)> _recorded = []; // of instruments that are told at once
    private readonly List<(string Name, double Value, TagPair[] Tags)> _collected = [];

    /// <param name="meter">The meter, whose instruments may be there already.</param>
    /// <param name="listener">One that listens to nothing yet.</param>
    /// <param name="count">Waits until all that was told has been counted.</param>
    internal KairosMetrics(Meter meter, MeterListener listener, Action count)
    {
        (_listener, _count) = (listener, count);
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (!ReferenceEquals(instrument.Meter, meter)) return;
            lock (_lock) _names.Add(instrument.Name);
            listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Note(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Note(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>The sum of a counter over all series that fit; 0 where there is none.</summary>
    /// <param name="metric">Its name, for example <c>kairos.errors.total</c>; <see cref="MetricNames"/> has them.</param>
    /// <param name="component">The component; null for all.</param>
    /// <param name="attributes">Further attributes that a series must have, for example <c>("error.code", "timeout")</c>.</param>
    /// <exception cref="ArgumentException">Kairos has no metric of that name.</exception>
    /// <exception cref="KairosTestException">What was told has not been counted in time.</exception>
    public double Total(string metric, string? component = null, params (string Key, string Value)[] attributes) =>
        Values(metric, component, attributes).Sum();

    /// <summary>The value of a gauge, for example <c>kairos.health.status</c>; null where no series fits.</summary>
    /// <inheritdoc cref="Total" path="/param"/>
    /// <exception cref="ArgumentException">Kairos has no metric of that name, or several series fit.</exception>
    /// <exception cref="KairosTestException">What was told has not been counted in time.</exception>
    public double? Last(string metric, string? component = null, params (string Key, string Value)[] attributes)
    {
        var values = Values(metric, component, attributes);
        if (values.Count > 1) throw new ArgumentException($"{values.Count} series of {metric} fit; name the component, and more attributes.", nameof(component));
        return values.Count == 0 ? null : values[0];
    }

    /// <summary>How many values a histogram has recorded, for example <c>kairos.errors.recovery.duration</c>, or how many series of another metric fit.</summary>
    /// <inheritdoc cref="Total"/>
    public int Count(string metric, string? component = null, params (string Key, string Value)[] attributes) =>
        Values(metric, component, attributes).Count;

    /// <summary>All series of all metrics with their values, for people: <c>kairos.calls{component=llm,outcome=success} 3</c>.</summary>
    /// <exception cref="KairosTestException">What was told has not been counted in time.</exception>
    public override string ToString()
    {
        _count();
        lock (_lock)
        {
            return string.Join(Environment.NewLine, Collect().Select(measured => string.Create(
                CultureInfo.InvariantCulture, $"{measured.Name}{{{string.Join(',', measured.Tags.OrderBy(tag => tag.Key, StringComparer.Ordinal).Select(tag => $"{tag.Key}={tag.Value}"))}}} {measured.Value}")));
        }
    }

    private List<double> Values(string metric, string? component, (string Key, string Value)[] attributes)
    {
        ArgumentNullException.ThrowIfNull(metric);
        ArgumentNullException.ThrowIfNull(attributes);
        var wanted = component is null ? attributes : [(MetricNames.Component, component), .. attributes];
        _count();
        lock (_lock)
        {
            if (!_names.Contains(metric))
                throw new ArgumentException($"There is no metric '{metric}'; there are {string.Join(", ", _names.Order(StringComparer.Ordinal))}.", nameof(metric));
            return [.. Collect().Where(measured => measured.Name == metric && Array.TrueForAll(wanted, tag => Has(measured.Tags, tag))).Select(measured => measured.Value)];
        }
    }

    private List<(string Name, double Value, TagPair[] Tags)> Collect()
    {
        _collected.Clear();
        _listener.RecordObservableInstruments();
        return [.. _recorded, .. _collected];
    }

    private void Note(Instrument instrument, double value, ReadOnlySpan<TagPair> tags)
    {
        lock (_lock) (instrument.IsObservable ? _collected : _recorded).Add((instrument.Name, value, tags.ToArray()));
    }

    private static bool Has(TagPair[] tags, (string Key, string Value) wanted) =>
        Array.Exists(tags, tag => tag.Key == wanted.Key && tag.Value as string == wanted.Value);
}
