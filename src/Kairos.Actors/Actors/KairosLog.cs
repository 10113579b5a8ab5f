using System.Collections.ObjectModel;
using System.Diagnostics;
using Kairos.Errors;
using Microsoft.Extensions.Logging;

namespace Kairos.Actors;

/// <summary>What Kairos' actors log. Event ids are stable.</summary>
internal static partial class KairosLog
{
    public static void CircuitChanged(ILogger logger, ComponentEvents.CircuitStateChanged changed)
    {
        using var scope = Within(logger, changed.Trace);
        var transition = changed.Transition;
        var level = transition.To == CircuitStatus.Open ? LogLevel.Warning : LogLevel.Information;
        var (from, to, reason) = (transition.From.ToWireName(), transition.To.ToWireName(), transition.Reason.ToWireName());
        CircuitChanged(logger, level, changed.Component, from, to, reason, transition.Sequence);
    }

    public static void HealthChanged(ILogger logger, ComponentEvents.HealthStatusChanged changed)
    {
        using var scope = Within(logger, changed.Trace);
        var change = changed.Change;
        var level = change.To == ComponentHealth.Unhealthy ? LogLevel.Warning : LogLevel.Information;
        var (from, to) = (change.From.ToWireName(), change.To.ToWireName());
        HealthChanged(logger, level, changed.Component, from, to);
    }

    public static void Error(ILogger logger, ComponentEvents.ErrorRecorded recorded)
    {
        using var scope = Within(logger, recorded.Trace);
        var (component, error) = (recorded.Component, recorded.Error);
        var level = error.Recoverable ? LogLevel.Warning : LogLevel.Error;
        var (code, recoverable) = (error.Code.ToWireName(), error.Recoverable ? "recoverable" : "not recoverable");
        var (text, cause) = (Redaction.Of(error.Message).ReplaceLineEndings(" "), error.Cause?.GetType().Name ?? "reported");
        Error(logger, level, component, code, recoverable, cause, text);
    }

    public static void Refused(ILogger logger, ComponentEvents.ReportRefused refused) =>
        Refused(logger, refused.Component, refused.Reason.ToWireName());

    public static void CallsRejected(ILogger logger, ComponentEvents.CallsRejected rejected) =>
        CallsRejected(logger, rejected.Component, rejected.Count, rejected.Reason);

    public static void SettingsRejected(ILogger logger, SettingProblem problem) => SettingsRejected(logger, problem.ToString());

    [LoggerMessage(1, LogLevel.Error, "{Component} crashed on {Message} and was restarted; its state is kept")]
    public static partial void Restarted(ILogger logger, Exception cause, string component, string message);

    [LoggerMessage(6, LogLevel.Warning, "The worker of {Component} has ended of its own accord and is started again")]
    public static partial void WorkerEnded(ILogger logger, string component);

    [LoggerMessage(2, LogLevel.Warning, "A report for '{Component}' was refused ({Reason}); further ones for this reason are counted only")]
    private static partial void Refused(ILogger logger, string component, string reason);

    [LoggerMessage(3, LogLevel.Warning, "{Component}: {Count} more errors were not logged")]
    public static partial void ErrorsLeftOut(ILogger logger, string component, long count);

    [LoggerMessage(7, LogLevel.Warning, "{Count} lines were not logged, because the logger did not keep up")]
    public static partial void LinesDropped(ILogger logger, long count);

    [LoggerMessage(16, LogLevel.Warning, "A budget of money counts nothing for {Model}: kairos.prices has no price for it")]
    public static partial void Unpriced(ILogger logger, string model);

    [LoggerMessage(17, LogLevel.Error, "The application's rate limiter of {Component} failed ({Cause}), so that nothing limits its calls; further failures are not logged")]
    public static partial void LimiterFailed(ILogger logger, string component, string cause);

    [LoggerMessage(18, LogLevel.Warning, "{Component}: {Count} calls were not made ({Reason}); told once a minute at most")]
    private static partial void CallsRejected(ILogger logger, string component, long count, RejectionReason reason);

    [LoggerMessage(8, LogLevel.Error, "A subscriber to the events of {Component} failed ({Cause}) and missed one; further failures are not logged")]
    public static partial void SubscriberFailed(ILogger logger, string component, string cause);

    [LoggerMessage(4, LogLevel.Warning, "More than {Limit} names of components have been used: metrics of '{Component}' and of names that are new go into the series otel.metric.overflow; raise kairos.max-components")]
    public static partial void NamesExhausted(ILogger logger, int limit, string component);

    [LoggerMessage(5, LogLevel.Warning, "Settings were rejected, those before them stay in force: {Problem}")]
    private static partial void SettingsRejected(ILogger logger, string problem);

    [LoggerMessage(15, LogLevel.Warning, "Faults on request strike {Component} and what is beneath it: {Faults}")]
    public static partial void Faults(ILogger logger, string component, string faults);

    [LoggerMessage(13, LogLevel.Information, "The configuration has changed; its settings of components are in force")]
    public static partial void Reloaded(ILogger logger);

    [LoggerMessage(14, LogLevel.Warning, "The configuration has changed; this holds when the application is started anew: {Keys}")]
    public static partial void NeedsRestart(ILogger logger, string keys);

    [LoggerMessage(EventId = 12, Message = "{Component} error {Code} ({Recoverable}, {Cause}): {Text}")]
    private static partial void Error(
        ILogger logger, LogLevel level, string component, string code, string recoverable, string cause, string text);

    [LoggerMessage(EventId = 10, Message = "{Component} circuit {From} -> {To} ({Reason}) #{Sequence}")]
    private static partial void CircuitChanged(
        ILogger logger, LogLevel level, string component, string from, string to, string reason, long sequence);

    [LoggerMessage(EventId = 11, Message = "{Component} health {From} -> {To}")]
    private static partial void HealthChanged(ILogger logger, LogLevel level, string component, string from, string to);

    private static IDisposable? Within(ILogger logger, ActivityContext trace) =>
        trace == default ? null : logger.BeginScope(new TraceScope(trace));
}

/// <summary>
/// The span that a log record of an actor belongs to. An actor has no current span, so it stands in a scope around the record: for any logger
/// as the values <c>TraceId</c> and <c>SpanId</c>, and for Kairos' telemetry as what it is.
/// </summary>
internal sealed class TraceScope(ActivityContext context) : ReadOnlyCollection<KeyValuePair<string, object?>>(
    [new("TraceId", context.TraceId.ToHexString()), new("SpanId", context.SpanId.ToHexString())])
{
    public ActivityContext Context => context;

    public override string ToString() => $"TraceId:{context.TraceId} SpanId:{context.SpanId}";
}
