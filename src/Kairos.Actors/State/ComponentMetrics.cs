using System.Diagnostics;
using System.Diagnostics.Metrics;
using Kairos.Errors;
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
internal sealed record TransitionSeries(CircuitStatus From, CircuitStatus To, TransitionReason Reason, Series Series);

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

/// <summary>
/// One counter series: a total, and its attributes ready made. One actor adds, the thread that collects reads; 64-bit reads and writes are
/// atomic, and volatile keeps them from being torn or held back.
/// </summary>
internal sealed class Series(params KeyValuePair<string, object?>[] attributes)
{
    private long _total;

    /// <summary>Not to be changed.</summary>
    public KeyValuePair<string, object?>[] Attributes => attributes;

    /// <summary>Adds; a report may say any number, and a total that is full stays full.</summary>
    public void Add(long count) => Volatile.Write(ref _total, count <= long.MaxValue - _total ? _total + count : long.MaxValue);

    public long Total => Volatile.Read(ref _total);

    public Measurement<long> Measure() => new(Total, attributes);
}

/// <summary>
/// The errors of one kind of one component, and how many of them recovered: two series with the same attributes. The metrics actor writes, the
/// thread that collects reads.
/// </summary>
internal sealed class ErrorSeries
{
    private Series? _recovered;
    private Exemplar? _exemplar;

    public ErrorSeries(ErrorKind kind, TagPair component)
    {
        Kind = kind;
        Total = new Series(
            new TagPair(MetricNames.ErrorCode, kind.Code.ToWireName()),
            component,
            new TagPair(MetricNames.Recoverable, kind.Recoverable ? "true" : "false"));
    }

    public ErrorKind Kind { get; }

    public Series Total { get; }

    /// <summary>Null while none has recovered.</summary>
    public Series? Recovered => Volatile.Read(ref _recovered);

    /// <summary>What ties the errors to a trace; null where none had one.</summary>
    public Exemplar? Exemplar => Volatile.Read(ref _exemplar);

    public void AddRecovered(long count)
    {
        var series = _recovered ?? new Series(Total.Attributes);
        series.Add(count);
        Volatile.Write(ref _recovered, series);
    }

    public Exemplar MakeExemplar()
    {
        if (_exemplar is null) Volatile.Write(ref _exemplar, new Exemplar());
        return _exemplar!;
    }
}

/// <summary>
/// Ties a counter to a trace. OpenTelemetry takes the exemplar of a measurement from the current span, and a counter that is read at
/// collection has none; so the latest sampled error of a series gets a span of its own beneath the caller's, with the error's attributes,
/// which stays open until the next collection and is current while the series is measured. One for each series at most; none while nobody
/// listens.
/// </summary>
internal sealed class Exemplar
{
    private Activity? _pending;

    /// <summary>Notes an error. The metrics actor only.</summary>
    public void Note(string component, KairosError error, ActivityContext trace, DateTimeOffset at)
    {
        if ((trace.TraceFlags & ActivityTraceFlags.Recorded) == 0 || Volatile.Read(ref _pending) is not null) return;
        var before = Activity.Current;
        var span = MetricNames.Spans.StartActivity($"{component} error", ActivityKind.Internal, trace, startTime: at);
        Activity.Current = before;
        if (span is null) return;

        var code = error.Code.ToWireName();
        span.SetTag(MetricNames.Component, component)
            .SetTag("error.type", code)
            .SetTag(MetricNames.ErrorCode, code)
            .SetTag("error.recoverable", error.Recoverable)
            .SetStatus(ActivityStatusCode.Error, Redaction.Of(error.Message))
            .SetEndTime((at + TimeSpan.FromTicks(1)).UtcDateTime);
        if (Interlocked.CompareExchange(ref _pending, span, null) is not null) span.Dispose();
    }

    /// <summary>Takes the span for one collection; null where there is none. The collecting thread.</summary>
    public Activity? Take() => Volatile.Read(ref _pending) is null ? null : Interlocked.Exchange(ref _pending, null);
}
