using System.Diagnostics;
using Kairos.Errors;

namespace Kairos.State;

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
