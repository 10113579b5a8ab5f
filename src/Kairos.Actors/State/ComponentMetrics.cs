using System.Diagnostics;
using TagPair = System.Collections.Generic.KeyValuePair<string, object?>;

namespace Kairos.State;

/// <summary>
/// The counters of one component. The metrics actor adds; the thread that collects reads at the same time, so series are only ever added,
/// and seen whole.
/// </summary>
internal sealed class ComponentMetrics(string component)
{
    /// <summary>The component's name, or that of one of Kairos' own actors.</summary>
    public string Name => component;

    private readonly TagPair _component = new(MetricNames.Component, component);
    private volatile ErrorSeries[] _errors = [];
    private volatile TransitionSeries[] _transitions = [];
    private volatile Series? _restarts;
    private LogAllowance? _errorsToLog;

    /// <summary>How many of its errors may still be logged.</summary>
    public LogAllowance ErrorsToLog => _errorsToLog ??= new();

    /// <summary>The errors that there were, by kind; not to be changed.</summary>
    public ErrorSeries[] Kinds => _errors;

    public IEnumerable<Series> Errors => _errors.Select(kind => kind.Total);

    public IEnumerable<Series> Recovered => _errors.Select(kind => kind.Recovered).OfType<Series>();

    /// <summary>The transitions that there were, by kind; not to be changed.</summary>
    public TransitionSeries[] Transitions => _transitions;

    public Series? Restarts => _restarts;

    public void AddErrors(KairosError error, long count, ActivityContext trace, DateTimeOffset at)
    {
        var kind = Of(ErrorKind.Of(error));
        kind.Total.Add(count);
        if (trace != default) kind.MakeExemplar().Note(component, error, trace, at);
    }

    public void AddRecovered(ErrorKind kind, long count) => Of(kind).AddRecovered(count);

    public void AddRestart() => (_restarts ??= new Series(_component)).Add(1);

    public void AddTransition(CircuitTransition transition)
    {
        var (from, to, reason) = (transition.From, transition.To, transition.Reason);
        var known = Array.Find(_transitions, t => t.From == from && t.To == to && t.Reason == reason);
        if (known is null)
        {
            known = new TransitionSeries(from, to, reason, new Series(
                _component,
                new TagPair(MetricNames.From, from.ToWireName()),
                new TagPair(MetricNames.To, to.ToWireName()),
                new TagPair(MetricNames.Reason, reason.ToWireName())));
            _transitions = [.. _transitions, known];
        }

        known.Series.Add(1);
    }

    /// <summary>Ends the spans that wait for a collection which will not come.</summary>
    public void EndExemplars()
    {
        foreach (var kind in _errors) kind.Exemplar?.Take()?.Dispose();
    }

    private ErrorSeries Of(ErrorKind kind)
    {
        foreach (var known in _errors)
        {
            if (known.Kind == kind) return known;
        }

        var added = new ErrorSeries(kind, _component);
        _errors = [.. _errors, added];
        return added;
    }
}

/// <summary>How often a circuit went from one state to another for one reason.</summary>
internal sealed record TransitionSeries(CircuitState From, CircuitState To, TransitionReason Reason, Series Series);

/// <summary>What may still be logged in the current window.</summary>
internal sealed class LogAllowance
{
    /// <summary>The most errors of one component that are logged in a <see cref="Window"/>.</summary>
    public const int MostOfOne = 10;

    /// <summary>The time that a limit is for; it begins with the first error.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private TimeSpan? _start;

    public int Used { get; set; }

    public long LeftOut { get; set; }

    public TimeSpan End => _start is { } start ? start + Window : TimeSpan.Zero;

    public bool IsOver(TimeSpan now) => _start is null || now >= End;

    public void Renew(TimeSpan now)
    {
        if (!IsOver(now)) return;
        _start = now;
        Used = 0;
    }
}
