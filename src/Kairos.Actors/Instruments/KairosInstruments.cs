using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using Kairos.State;
using TagPair = System.Collections.Generic.KeyValuePair<string, object?>;

namespace Kairos.Instruments;

/// <summary>
/// The instruments of one Kairos. All are observable: a collection reads counters and snapshots where they stand and asks no actor, a reader
/// that comes late still sees whole totals, and the series of a component that was removed are gone with the next collection.
/// </summary>
internal sealed class KairosInstruments
{
    private static readonly (CircuitStatus State, TagPair Attribute)[] States =
        [.. new[] { CircuitStatus.Open, CircuitStatus.HalfOpen, CircuitStatus.Closed }.Select(state => (state, new TagPair(MetricNames.State, state.ToWireName())))];

    private static readonly (RejectionReason Rejection, TagPair Attribute)[] Reasons =
    [
        (RejectionReason.CircuitOpen, new(MetricNames.Reason, "circuit_open")),
        (RejectionReason.ConcurrencyLimit, new(MetricNames.Reason, "concurrency")),
        (RejectionReason.RateLimit, new(MetricNames.Reason, "rate")),
        (RejectionReason.BudgetExhausted, new(MetricNames.Reason, "budget")),
    ];

    // From a retry after milliseconds to an outage that a patient caller sat out.
    private static readonly InstrumentAdvice<double> RecoveryAdvice =
        new() { HistogramBucketBoundaries = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300] };

    // From a tool in the same process to a model that reasons.
    private static readonly InstrumentAdvice<double> CallAdvice =
        new() { HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120] };

    private readonly MonotonicClock _clock;
    private volatile ComponentRegistry _registry;
    private volatile MetricsBook _book;

    public KairosInstruments(Meter meter, ComponentRegistry registry, MetricsBook book, MonotonicClock clock)
    {
        _clock = clock;
        _registry = registry;
        _book = book;

        book.RecoveryDuration = meter.CreateHistogram(
            MetricNames.RecoveryDuration, "s", "Time from a call's first error to its success.", advice: RecoveryAdvice);

        CallDuration = meter.CreateHistogram(
            MetricNames.CallDuration, "s", "Time of guarded calls, waits and retries included, where call.measure-duration is on.", advice: CallAdvice);

        // Instruments are collected in the order in which they are created. Recoveries come before errors, so that what is recovered
        // while a collection runs can never be exported without its error.
        meter.CreateObservableCounter(
            MetricNames.ErrorsRecovered, Recovered, "{error}", "Errors that ended in success after all.");
        book.Errors = meter.CreateObservableCounter(
            MetricNames.Errors, Errors, "{error}", "Errors of components.");
        meter.CreateObservableGauge(
            MetricNames.ErrorRate, Rates, null, "Errors per minute over the last 60 s.");
        meter.CreateObservableGauge(
            MetricNames.HealthStatus, () => Gauge(snapshot => (long)snapshot.Health), "{status}", "0 unhealthy, 1 degraded, 2 healthy.");
        meter.CreateObservableGauge(
            MetricNames.CircuitState, () => Gauge(snapshot => (long)snapshot.Circuit), "{state}", "0 open, 1 half-open, 2 closed.");
        meter.CreateObservableCounter(
            MetricNames.CircuitTransitions, Transitions, "{transition}", "Changes of the circuit's state.");
        meter.CreateObservableCounter(
            MetricNames.CircuitTime, Times, "s", "Time spent in each state of the circuit.");
        meter.CreateObservableCounter(
            MetricNames.Calls, Calls, "{call}", "Guarded calls, by outcome.");
        meter.CreateObservableCounter(
            MetricNames.CallsRejected, Rejections, "{call}", "Guarded calls that were not made, by reason.");
        meter.CreateObservableCounter(
            MetricNames.CallRetries, Retries, "{retry}", "Attempts of guarded calls after the first.");
        meter.CreateObservableGauge(
            MetricNames.CallsActive, () => Limits(handle => handle.Limits.Active), "{call}", "Guarded calls that run, where their number is limited.");
        meter.CreateObservableGauge(
            MetricNames.CallsQueued, () => Limits(handle => handle.Limits.Queued), "{call}", "Guarded calls that wait for a limit.");
        meter.CreateObservableGauge(
            MetricNames.CallsLimit, () => Limits(handle => handle.Snapshot.Settings.Call.MaxConcurrent == CallPolicy.AdaptiveConcurrency ? handle.Limits.MaxConcurrent : null), "{call}", "Guarded calls that may run, where their limit finds itself.");
        meter.CreateObservableCounter(
            MetricNames.Restarts, Restarts, "{restart}", "Restarts of actors after a crash.");
        meter.CreateObservableCounter(
            MetricNames.ReportsRefused, () => _book.Refused.Select(series => series.Measure()), "{report}", "Reports that could not be taken.");
    }

    /// <summary>How long calls take: told by whoever makes one.</summary>
    public Histogram<double> CallDuration { get; }

    /// <summary>Each series is measured within the span of its exemplar, so that OpenTelemetry finds it there.</summary>
    private IEnumerable<Measurement<long>> Errors()
    {
        foreach (var kind in Kinds())
        {
            if (kind.Exemplar?.Take() is not { } span)
            {
                yield return kind.Total.Measure();
                continue;
            }

            var before = Activity.Current;
            Activity.Current = span;
            yield return kind.Total.Measure();
            span.Dispose(); // makes another one current
            Activity.Current = before;
        }
    }

    private IEnumerable<Measurement<long>> Recovered() => Kinds().Select(kind => kind.Recovered).OfType<Series>().Select(series => series.Measure());

    private IEnumerable<ErrorSeries> Kinds() => _registry.Handles.SelectMany(handle => handle.Metrics?.Kinds ?? []);

    private IEnumerable<Measurement<long>> Transitions() =>
        _registry.Handles.SelectMany(handle => handle.Metrics?.Transitions ?? []).Select(transition => transition.Series.Measure());

    private IEnumerable<Measurement<long>> Restarts() => _registry.Handles.Select(handle => handle.Metrics).Concat(_book.Own)
        .Select(metrics => metrics?.Restarts).OfType<Series>().Select(restarts => restarts.Measure());

    private IEnumerable<Measurement<long>> Rates()
    {
        var now = _clock.Now;
        return Gauge(snapshot => snapshot.ErrorsPerMinuteAt(now));
    }

    private IEnumerable<Measurement<long>> Gauge(Func<ComponentSnapshot, long> value) =>
        _registry.Handles.Select(handle => new Measurement<long>(value(handle.Snapshot), new TagPair(MetricNames.Component, handle.Name)));

    private IEnumerable<Measurement<long>> Calls()
    {
        foreach (var handle in _registry.Handles)
        {
            var (success, failure, ignored, rejected) = handle.Ledger.Totals;
            if (success + failure + ignored + rejected == 0) continue;
            yield return Call(handle, "success", success);
            yield return Call(handle, "failure", failure);
            yield return Call(handle, "ignored", ignored);
            yield return Call(handle, "rejected", rejected);
        }
    }

    private IEnumerable<Measurement<long>> Rejections() =>
        from handle in _registry.Handles
        where handle.Ledger.Rejected > 0
        from reason in Reasons
        let count = handle.Ledger.RejectedFor(reason.Rejection).Total
        where count > 0
        select new Measurement<long>(count, new TagPair(MetricNames.Component, handle.Name), reason.Attribute);

    private IEnumerable<Measurement<long>> Retries() =>
        from handle in _registry.Handles
        let count = handle.RetriesMade
        where count > 0
        select new Measurement<long>(count, new TagPair(MetricNames.Component, handle.Name));

    private IEnumerable<Measurement<long>> Limits(Func<ComponentHandle, int?> count) =>
        from handle in _registry.Handles
        let number = count(handle)
        where number is not null
        select new Measurement<long>(number.Value, new TagPair(MetricNames.Component, handle.Name));

    private static Measurement<long> Call(ComponentHandle handle, string outcome, long count) =>
        new(count, new TagPair(MetricNames.Component, handle.Name), new TagPair(MetricNames.Outcome, outcome));

    private IEnumerable<Measurement<double>> Times()
    {
        var now = _clock.Now; // the clock costs as much as all the rest
        foreach (var handle in _registry.Handles)
        {
            var times = handle.ReadTimes(now);
            foreach (var (state, attribute) in States)
                yield return new Measurement<double>(times[state].TotalSeconds, new TagPair(MetricNames.Component, handle.Name), attribute);
        }
    }

    /// <summary>From now on there is nothing to read, and nothing is kept alive. Thread-safe.</summary>
    public void FallSilent()
    {
        _registry = new ComponentRegistry(0);
        _book = new MetricsBook();
    }
}

/// <summary>
/// How many series each metric can have: as many as one component can have at most, times the components that are allowed. For whoever sets
/// up a provider; OpenTelemetry's own limit is 2000 for every metric, and what is beyond goes into one series, <c>otel.metric.overflow</c>.
/// Thread-safe.
/// </summary>
internal static class MetricCardinality
{
    private const int Reserve = 16; // for the actors of Kairos' own, and the series of few

    private static readonly Dictionary<string, int> SeriesOfOneComponent = new(StringComparer.Ordinal)
    {
        [MetricNames.Errors] = ErrorKind.Count,
        [MetricNames.ErrorsRecovered] = ErrorKind.Count,
        [MetricNames.CircuitTransitions] = 3 * Enum.GetValues<TransitionReason>().Length, // to each of three states, for any reason
        [MetricNames.CircuitTime] = 3,
        [MetricNames.Calls] = 4,
        [MetricNames.CallsRejected] = 4,
    };

    private static readonly ConditionalWeakTable<Meter, StrongBox<int>> Limits = [];

    /// <summary>Notes how many components the Kairos of a meter may have; before its instruments are created.</summary>
    public static void Allow(Meter meter, int maxComponents) => Limits.AddOrUpdate(meter, new StrongBox<int>(maxComponents));

    /// <summary>The most series that an instrument can have; null for one that is not Kairos'.</summary>
    public static int? LimitOf(Instrument instrument) => Limits.TryGetValue(instrument.Meter, out var maxComponents)
        ? (int)Math.Min(int.MaxValue / 2, ((long)maxComponents.Value * SeriesOfOneComponent.GetValueOrDefault(instrument.Name, 1)) + Reserve)
        : null;
}
