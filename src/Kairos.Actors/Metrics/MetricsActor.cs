using Akka.Actor;
using Kairos.Components;
using static Kairos.Components.ComponentEvents;

namespace Kairos.Metrics;

/// <summary>
/// Turns the events of components into counters, and logs them. It alone writes counters; OpenTelemetry reads them when it collects. Events of one component
/// arrive in the order in which they happened, so no recovery is ever counted before its error.
/// </summary>
internal sealed class MetricsActor : UntypedActor
{
    /// <summary>The actor's name.</summary>
    public const string Name = ComponentName.OfMetrics;

    private readonly KairosRuntime _runtime;
    private readonly MetricsBook _book;
    private readonly ComponentTimer _timer;

    public static Props Props(KairosRuntime runtime, MetricsBook book) =>
        Akka.Actor.Props.Create(() => new MetricsActor(runtime, book)).WithDispatcher(KairosSupervisor.Dispatcher);

    public MetricsActor(KairosRuntime runtime, MetricsBook book)
    {
        _runtime = runtime;
        _book = book;
        _timer = new ComponentTimer(runtime.Clock.Provider, Self);
    }

    protected override void PreRestart(Exception reason, object message) =>
        Restarts.Tell(Context.System, _runtime, ComponentName.OfMetrics, reason, message);

    protected override void PostRestart(Exception reason) => Self.Tell(ComponentProtocol.Tick.Instance);

    protected override void PostStop()
    {
        _timer.Stop();
        _book.ErrorLog.End();
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ErrorRecorded m:
                Add(m, 1);
                break;
            case ErrorsRecorded m:
                Add(m.Last, m.Count);
                break;
            case ErrorsRecovered m:
                _book.Of(m.Component).AddRecovered(m.Kind, m.Count);
                if (m.Duration is { } duration)
                    _book.RecoveryDuration?.Record(duration.TotalSeconds, new KeyValuePair<string, object?>(MetricNames.Component, m.Component));
                break;
            case CircuitStateChanged m:
                _book.Of(m.Component).AddTransition(m.Transition);
                KairosLog.CircuitChanged(_runtime.Logger, m);
                break;
            case ComponentRestarted m:
                _book.Of(m.Component).AddRestart();
                break;
            case ComponentRemoved m:
                _book.ErrorLog.End(m.Component);
                _book.Remove(m.Component);
                break;
            case ReportRefused m:
                if (_book.AddRefused(m.Reason, m.Count)) KairosLog.Refused(_runtime.Logger, m.Component, m.Reason.ToWireName());
                break;
            case CurrentState m:
                if (_book.ExhaustsNames(m.Component, _runtime.Settings.MaxComponents))
                    KairosLog.NamesExhausted(_runtime.Logger, _runtime.Settings.MaxComponents, m.Component);
                break;
            case HealthStatusChanged m: // gauges read what components published
                KairosLog.HealthChanged(_runtime.Logger, m);
                break;
            case ComponentProtocol.Tick:
                _timer.Elapsed();
                _book.ErrorLog.Sweep(_runtime.Clock.Now);
                _timer.Schedule(_book.ErrorLog.Due, _runtime.Clock.Now);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    /// <summary>Counts errors of one kind, and logs them; only one of them has a text to be logged.</summary>
    private void Add(ErrorRecorded recorded, long count)
    {
        var metrics = _book.Of(recorded.Component);
        metrics.AddErrors(recorded.Error, count, recorded.Trace, recorded.Trace == default ? default : _runtime.Clock.Provider.GetUtcNow());
        var log = _book.ErrorLog;
        if (!log.IsRead) return;
        var now = _runtime.Clock.Now;
        log.Note(recorded, count, metrics.ErrorsToLog, now);
        _timer.Schedule(log.Due, now);
    }
}
