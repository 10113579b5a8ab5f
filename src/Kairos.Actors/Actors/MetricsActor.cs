using Akka.Actor;
using Kairos.Instruments;
using Kairos.State;
using static Kairos.ComponentEvents;

namespace Kairos.Actors;

/// <summary>
/// Turns the events of components into counters, and has them logged. It alone writes counters; OpenTelemetry reads them when it collects. Events
/// of one component arrive in the order in which they happened, so no recovery is ever counted before its error.
/// </summary>
internal sealed class MetricsActor : UntypedActor
{
    private readonly KairosRuntime _runtime;
    private readonly MetricsBook _book;
    private readonly ErrorLog _errorLog;
    private readonly ComponentTimer _timer;

    public static Props Props(KairosRuntime runtime, MetricsBook book, ErrorLog errorLog) =>
        Akka.Actor.Props.Create(() => new MetricsActor(runtime, book, errorLog)).WithDispatcher(KairosSupervisor.Dispatcher);

    public MetricsActor(KairosRuntime runtime, MetricsBook book, ErrorLog errorLog)
    {
        _runtime = runtime;
        _book = book;
        _errorLog = errorLog;
        _timer = new ComponentTimer(runtime.Clock.Provider, Self);
    }

    protected override void PreRestart(Exception reason, object message)
    {
        Restarts.Tell(Context.System, _runtime, ComponentName.OfMetrics, reason, message);
        _timer.Stop();
    }

    protected override void PreStart() => Self.Tell(ComponentProtocol.Tick.Instance); // there may have been one before it

    protected override void PostStop() => _timer.Stop();

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
                m.Source!.MakeMetrics().AddRecovered(m.Kind, m.Count);
                if (m.Duration is { } duration)
                    _book.RecoveryDuration?.Record(duration.TotalSeconds, new KeyValuePair<string, object?>(MetricNames.Component, m.Component));
                break;
            case CircuitStateChanged m:
                m.Source!.MakeMetrics().AddTransition(m.Transition);
                _runtime.Log(m, KairosLog.CircuitChanged);
                break;
            case ComponentRestarted { Source: { } component }:
                component.MakeMetrics().AddRestart();
                break;
            case ComponentRestarted m:
                _book.AddOwnRestart(m.Component);
                break;
            case ComponentRemoved m:
                _errorLog.End(m.Component);
                m.Source?.Metrics?.EndExemplars();
                break;
            case ReportRefused m:
                if (_book.AddRefused(m.Reason, m.Count)) _runtime.Log(m, KairosLog.Refused);
                break;
            case CurrentState m:
                if (_book.ExhaustsNames(m.Component, _runtime.Settings.MaxComponents))
                    _runtime.Log((_runtime.Settings.MaxComponents, m.Component), static (logger, it) => KairosLog.NamesExhausted(logger, it.MaxComponents, it.Component));
                break;
            case HealthStatusChanged m: // gauges read what components published
                _runtime.Log(m, KairosLog.HealthChanged);
                break;
            case ComponentProtocol.DrainBarrier:
                Sender.Tell(message);
                break;
            case Finish:
                _errorLog.End();
                break;
            case ComponentProtocol.Tick:
                _timer.Elapsed();
                _errorLog.Sweep(_runtime.Clock.Now);
                _timer.Schedule(_errorLog.Due, _runtime.Clock.Now);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    /// <summary>Counts errors of one kind, and logs them; only one of them has a text to be logged.</summary>
    private void Add(ErrorRecorded recorded, long count)
    {
        var metrics = recorded.Source!.MakeMetrics();
        var trace = _book.Errors is { Enabled: true } ? recorded.Trace : default; // an exemplar's span ends when it is collected
        metrics.AddErrors(recorded.Error, count, trace, trace == default ? default : _runtime.Clock.Provider.GetUtcNow());
        var now = _runtime.Clock.Now;
        _errorLog.Note(recorded, count, metrics.ErrorsToLog, now);
        _timer.Schedule(_errorLog.Due, now);
    }

    /// <summary>The actor system is about to stop: what is left to be logged is logged.</summary>
    internal sealed record Finish
    {
        public static readonly Finish Instance = new();
    }
}
