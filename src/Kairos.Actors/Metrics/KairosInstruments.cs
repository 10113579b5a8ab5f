using System.Diagnostics.Metrics;
using Kairos.Breaking;
using Kairos.Components;
using TagPair = System.Collections.Generic.KeyValuePair<string, object?>;

namespace Kairos.Metrics;

/// <summary>
/// The instruments of one Kairos. All are observable: a collection reads counters and snapshots where they stand and asks no actor, a reader
/// that comes late still sees whole totals, and the series of a component that was removed are gone with the next collection.
/// </summary>
internal sealed class KairosInstruments
{
    private static readonly CircuitState[] States = [CircuitState.Open, CircuitState.HalfOpen, CircuitState.Closed];

    private readonly ComponentRegistry _registry;
    private readonly MetricsBook _book;

    public KairosInstruments(Meter meter, ComponentRegistry registry, MetricsBook book)
    {
        _registry = registry;
        _book = book;

        // Instruments are collected in the order in which they are created. Recoveries come before errors, so that what is recovered
        // while a collection runs can never be exported without its error.
        meter.CreateObservableCounter(
            MetricNames.ErrorsRecovered, () => Totals(component => component.Recovered), "{error}", "Errors that ended in success after all.");
        meter.CreateObservableCounter(
            MetricNames.Errors, () => Totals(component => component.Errors), "{error}", "Errors of components.");
        meter.CreateObservableGauge(
            MetricNames.ErrorRate, () => Gauge(snapshot => snapshot.ErrorsPerMinute), null, "Errors per minute over the last 60 s.");
        meter.CreateObservableGauge(
            MetricNames.HealthStatus, () => Gauge(snapshot => (long)snapshot.Health), "{status}", "0 unhealthy, 1 degraded, 2 healthy.");
        meter.CreateObservableGauge(
            MetricNames.CircuitState, () => Gauge(snapshot => (long)snapshot.Circuit), "{state}", "0 open, 1 half-open, 2 closed.");
        meter.CreateObservableCounter(
            MetricNames.CircuitTransitions, () => Totals(component => component.Transitions), "{transition}", "Changes of the circuit's state.");
        meter.CreateObservableCounter(
            MetricNames.CircuitTime, Times, "s", "Time spent in each state of the circuit.");
        meter.CreateObservableCounter(
            MetricNames.Restarts, Restarts, "{restart}", "Restarts of actors after a crash.");
        meter.CreateObservableCounter(
            MetricNames.ReportsRefused, () => _book.Refused.Select(series => series.Measure()), "{report}", "Reports that could not be taken.");
    }

    private IEnumerable<Measurement<long>> Totals(Func<ComponentMetrics, IEnumerable<Series>> kind) =>
        _book.Components.SelectMany(kind).Select(series => series.Measure());

    private IEnumerable<Measurement<long>> Restarts() =>
        _book.Components.Select(component => component.Restarts).OfType<Series>().Select(series => series.Measure());

    private IEnumerable<Measurement<long>> Gauge(Func<ComponentSnapshot, long> read) =>
        _registry.Cells.Select(cell => new Measurement<long>(read(cell.Snapshot), new TagPair(MetricNames.Component, cell.Name)));

    private IEnumerable<Measurement<double>> Times()
    {
        foreach (var cell in _registry.Cells)
        {
            var times = cell.ReadTimes();
            foreach (var state in States)
            {
                yield return new Measurement<double>(
                    times[state].TotalSeconds,
                    new TagPair(MetricNames.Component, cell.Name),
                    new TagPair(MetricNames.State, state.ToWireName()));
            }
        }
    }
}
