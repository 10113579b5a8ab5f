using System.Diagnostics;
using Kairos.Configuration;

namespace Kairos;

/// <summary>The names under which Kairos' telemetry is known. They do not change.</summary>
public static class MetricNames
{
    /// <summary>The name of the meter and of the activity source.</summary>
    public const string Source = "Kairos";

    /// <summary>Counter of errors, <c>{error}</c>.</summary>
    public const string Errors = "kairos.errors.total";

    /// <summary>Counter of errors that were resolved, <c>{error}</c>.</summary>
    public const string ErrorsRecovered = "kairos.errors.recovered";

    /// <summary>Gauge of errors per minute over the last 60 s.</summary>
    public const string ErrorRate = "kairos.errors.rate";

    /// <summary>Gauge of health: 0 unhealthy, 1 degraded, 2 healthy.</summary>
    public const string HealthStatus = "kairos.health.status";

    /// <summary>Gauge of the circuit: 0 open, 1 half-open, 2 closed.</summary>
    public const string CircuitState = "kairos.circuitbreaker.state";

    /// <summary>Counter of the circuit's transitions, <c>{transition}</c>.</summary>
    public const string CircuitTransitions = "kairos.circuitbreaker.transitions";

    /// <summary>Counter of the time spent in each state of the circuit, <c>s</c>.</summary>
    public const string CircuitTime = "kairos.circuitbreaker.time";

    /// <summary>Counter of guarded calls by outcome, <c>{call}</c>.</summary>
    public const string Calls = "kairos.calls";

    /// <summary>Counter of guarded calls that were not made, by reason, <c>{call}</c>.</summary>
    public const string CallsRejected = "kairos.calls.rejected";

    /// <summary>Counter of attempts after the first, <c>{retry}</c>.</summary>
    public const string CallRetries = "kairos.calls.retries";

    /// <summary>Gauge of calls that run, where <c>call.max-concurrent</c> counts them, <c>{call}</c>.</summary>
    public const string CallsActive = "kairos.calls.active";

    /// <summary>Gauge of calls that wait for <c>call.max-concurrent</c> or <c>call.rate</c>, <c>{call}</c>.</summary>
    public const string CallsQueued = "kairos.calls.queued";

    /// <summary>Time of guarded calls, where <c>call.measure-duration</c> is on.</summary>
    public const string CallDuration = "kairos.call.duration";

    /// <summary>Gauge of the calls that may run, where <c>call.max-concurrent</c> is <c>adaptive</c>, <c>{call}</c>.</summary>
    public const string CallsLimit = "kairos.calls.limit";

    /// <summary>Histogram of the time from a call's first error to its success, <c>s</c>.</summary>
    public const string RecoveryDuration = "kairos.errors.recovery.duration";

    /// <summary>Counter of restarts of actors, <c>{restart}</c>.</summary>
    public const string Restarts = "kairos.component.restarts";

    /// <summary>Counter of reports that could not be taken, <c>{report}</c>.</summary>
    public const string ReportsRefused = "kairos.reports.refused";

    /// <summary>What begins all spans.</summary>
    internal static readonly ActivitySource Spans = new(Source, KairosReference.Version);

    internal const string Component = "component";
    internal const string ErrorCode = "error.code";
    internal const string Recoverable = "recoverable";
    internal const string From = "from";
    internal const string To = "to";
    internal const string Reason = "reason";
    internal const string State = "state";
    internal const string Outcome = "outcome";
}
