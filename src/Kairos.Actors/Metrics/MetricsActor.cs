using Akka.Actor;
using Kairos.Components;
using static Kairos.Components.ComponentEvents;

namespace Kairos.Metrics;

/// <summary>
/// Turns the events of components into counters. It alone writes them; OpenTelemetry reads them when it collects. Events of one component
/// arrive in the order in which they happened, so no recovery is ever counted before its error.
/// </summary>
internal sealed class MetricsActor(KairosRuntime runtime, MetricsBook book) : UntypedActor
{
    /// <summary>The actor's name.</summary>
    public const string Name = ComponentName.OfMetrics;

    public static Props Props(KairosRuntime runtime, MetricsBook book) =>
        Akka.Actor.Props.Create(() => new MetricsActor(runtime, book)).WithDispatcher(KairosSupervisor.Dispatcher);

    protected override void PreRestart(Exception reason, object message) =>
        Restarts.Tell(Context.System, runtime, ComponentName.OfMetrics, reason, message);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ErrorRecorded m:
                book.Of(m.Component).AddError(m.Error, m.Trace, m.Trace == default ? default : runtime.Clock.Provider.GetUtcNow());
                break;
            case ErrorsRecovered m:
                book.Of(m.Component).AddRecovered(m.Kind, m.Count);
                if (m.Duration is { } duration)
                    book.RecoveryDuration?.Record(duration.TotalSeconds, new KeyValuePair<string, object?>(MetricNames.Component, m.Component));
                break;
            case CircuitStateChanged m:
                book.Of(m.Component).AddTransition(m.Transition);
                break;
            case ComponentRestarted m:
                book.Of(m.Component).AddRestart();
                break;
            case ComponentRemoved m:
                book.Remove(m.Component);
                break;
            case ReportRefused m:
                if (book.AddRefused(m.Reason, m.Count)) KairosLog.Refused(runtime.Logger, m.Component, m.Reason.ToWireName());
                break;
            case CurrentState or HealthStatusChanged: // gauges read what components published
                break;
            default:
                Unhandled(message);
                break;
        }
    }
}
