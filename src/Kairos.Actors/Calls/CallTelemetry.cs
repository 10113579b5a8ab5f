using System.Diagnostics;
using System.Diagnostics.Metrics;
using Kairos.Errors;

namespace Kairos.Calls;

/// <summary>
/// The span of a guarded call, and what an error leaves on it and on the caller's span. While nobody listens nothing is made. By the semantic
/// conventions for errors, only what finally failed is the span's error; a retried one is an event.
/// </summary>
internal static class CallTelemetry
{
    public static bool HasListeners => MetricNames.Spans.HasListeners();

    public static Activity? Start(string component, string operation) => MetricNames.Spans.HasListeners()
        ? MetricNames.Spans.StartActivity($"{component} {operation}", ActivityKind.Internal)?.SetTag(MetricNames.Component, component)
        : null;

    /// <summary>An attempt failed and is repeated.</summary>
    public static void Retry(Activity? span, KairosError error, int attempt, TimeSpan wait)
    {
        if (span is not { IsAllDataRequested: true }) return;
        span.AddEvent(new ActivityEvent("retry", tags: new ActivityTagsCollection
        {
            ["attempt"] = attempt,
            [MetricNames.ErrorCode] = error.Code.ToWireName(),
            ["retry.delay_ms"] = wait.TotalMilliseconds,
        }));
    }

    /// <summary>The call failed for good.</summary>
    public static void Fail(Activity? span, KairosError error, Exception exception)
    {
        Tag(span, error);
        Tag(span is null ? Activity.Current : span.Parent, error);
        if (span is not { IsAllDataRequested: true }) return;
        foreach (var (key, value) in error.Attributes) span.SetTag(key, value);
        Note(span, exception);
        span.SetStatus(ActivityStatusCode.Error, Redaction.Of(error.Message));
    }

    /// <summary>The call failed because another component did, whose span tells the rest.</summary>
    public static void FailBeneath(Activity? span, Exception exception) =>
        span?.SetTag("error.type", exception.GetType().FullName).SetStatus(ActivityStatusCode.Error);

    /// <summary>An exception, as an event of the span. What it says of itself is somebody else's code and may throw.</summary>
    public static void Note(Activity? span, Exception exception)
    {
        if (span is not { IsAllDataRequested: true }) return;
        span.AddEvent(new ActivityEvent("exception", tags: new ActivityTagsCollection
        {
            ["exception.type"] = exception.GetType().FullName,
            ["exception.message"] = TextOf(static it => it.Message, exception),
            ["exception.stacktrace"] = TextOf(static it => it.ToString(), exception),
        }));
    }

    private static string TextOf(Func<Exception, string> read, Exception exception)
    {
        try
        {
            return Redaction.Of(read(exception));
        }
        catch (Exception)
        {
            return "";
        }
    }

    /// <summary>A call has taken so long. Who listens is somebody else's code and may throw.</summary>
    public static void Measure(Histogram<double>? durations, string component, CallStatus status, TimeSpan duration)
    {
        try
        {
            durations?.Record(duration.TotalSeconds, new(MetricNames.Component, component), new(MetricNames.Outcome, NameOf(status)));
        }
        catch (Exception)
        {
            // It costs its own value.
        }
    }

    /// <summary>The call was not made.</summary>
    public static void Reject(Activity? span, RejectionReason reason) =>
        span?.SetTag("error.type", NameOf(reason)).SetStatus(ActivityStatusCode.Error);

    private static string NameOf(CallStatus status) => status switch
    {
        CallStatus.Success => "success",
        CallStatus.Failure => "failure",
        CallStatus.Ignored => "ignored",
        _ => "rejected",
    };

    private static string NameOf(RejectionReason reason) => reason switch
    {
        RejectionReason.CircuitOpen => "circuit_open",
        RejectionReason.ConcurrencyLimit => "concurrency_limit",
        RejectionReason.RateLimit => "rate_limit",
        _ => "budget_exhausted",
    };

    /// <summary>The span tells which error it was.</summary>
    public static void Tag(Activity? span, KairosError error)
    {
        if (span is not { IsAllDataRequested: true }) return;
        var code = error.Code.ToWireName();
        span.SetTag("error.type", code).SetTag(MetricNames.ErrorCode, code).SetTag("error.recoverable", error.Recoverable);
    }
}
