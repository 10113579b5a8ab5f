using System.Diagnostics;
using Kairos.Breaking;
using Kairos.Errors;
using TagPair = System.Collections.Generic.KeyValuePair<string, object?>;

namespace Kairos.Metrics;

/// <summary>
/// The counters of one component. The metrics actor adds; the thread that collects reads at the same time, so series are only ever added,
/// and seen whole.
/// </summary>
internal sealed class ComponentMetrics(string component)
{
    private readonly TagPair _component = new(MetricNames.Component, component);
    private readonly Series?[] _errors = new Series?[ErrorKind.Count];
    private readonly Series?[] _recovered = new Series?[ErrorKind.Count];
    private volatile Transition[] _transitions = [];
    private volatile Series? _restarts;

    /// <summary>How many of its errors may still be logged.</summary>
    public ErrorLog.Allowance ErrorsToLog { get; } = new();

    public IEnumerable<Series> Errors => Existing(_errors);

    public IEnumerable<Series> Recovered => Existing(_recovered);

    public IEnumerable<Series> Transitions => _transitions.Select(transition => transition.Series);

    public Series? Restarts => _restarts;

    public void AddError(KairosError error, ActivityContext trace, DateTimeOffset at)
    {
        var series = SeriesOf(_errors, ErrorKind.Of(error));
        series.Add(1);
        if (trace != default) series.Exemplar.Note(component, error, trace, at);
    }

    public void AddRecovered(ErrorKind kind, long count) => SeriesOf(_recovered, kind).Add(count);

    public void AddRestart() => (_restarts ??= new Series(_component)).Add(1);

    public void AddTransition(CircuitTransition transition)
    {
        var (from, to, reason) = (transition.From, transition.To, transition.Reason);
        var known = Array.Find(_transitions, t => t.From == from && t.To == to && t.Reason == reason);
        if (known is null)
        {
            known = new Transition(from, to, reason, new Series(
                _component,
                new TagPair(MetricNames.From, from.ToWireName()),
                new TagPair(MetricNames.To, to.ToWireName()),
                new TagPair(MetricNames.Reason, reason.ToWireName())));
            _transitions = [.. _transitions, known];
        }

        known.Series.Add(1);
    }

    private Series SeriesOf(Series?[] all, ErrorKind kind)
    {
        if (all[kind.Index] is { } known) return known;
        var added = new Series(
            new TagPair(MetricNames.ErrorCode, kind.Code.ToWireName()),
            _component,
            new TagPair(MetricNames.Recoverable, kind.Recoverable ? "true" : "false"));
        Volatile.Write(ref all[kind.Index], added);
        return added;
    }

    private static IEnumerable<Series> Existing(Series?[] all)
    {
        for (var i = 0; i < all.Length; i++)
        {
            if (Volatile.Read(ref all[i]) is { } series) yield return series;
        }
    }

    private sealed record Transition(CircuitState From, CircuitState To, TransitionReason Reason, Series Series);
}
