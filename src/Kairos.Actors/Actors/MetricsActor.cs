using Akka.Actor;
using Kairos.CircuitBreaker;
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
            case CallsRejected m: // counted by who was rejected
                _runtime.Log(m, KairosLog.CallsRejected);
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

/// <summary>
/// Logs errors at a bounded rate: so many of one component and so many of all in a minute. What is left out is counted, and the count is
/// logged when the minute is over. The metrics actor only; handed to it, so that it outlives a crash of it.
/// </summary>
internal sealed class ErrorLog(KairosRuntime runtime)
{
    /// <summary>The most errors of all components together that are logged in a <see cref="LogAllowance.Window"/>.</summary>
    public const int MostOfAll = 100;

    private readonly Dictionary<string, LogAllowance> _exhausted = new(StringComparer.Ordinal);
    private readonly LogAllowance _all = new();

    /// <summary>When the next count of what was left out is due; null where nothing was.</summary>
    public TimeSpan? Due { get; private set; }

    /// <summary>Logs an error, or counts that it did not. Of several the others are counted as well.</summary>
    public void Note(ComponentEvents.ErrorRecorded recorded, long count, LogAllowance allowance, TimeSpan now)
    {
        var component = recorded.Component;
        _all.Renew(now);
        if (allowance.IsOver(now) && _exhausted.Remove(component)) LeftOut(component, allowance);
        allowance.Renew(now);
        if (allowance.Used < LogAllowance.MostOfOne && _all.Used < MostOfAll)
        {
            allowance.Used++;
            _all.Used++;
            runtime.Log(recorded, KairosLog.Error);
            if (--count == 0) return;
        }

        var isFirst = allowance.LeftOut == 0;
        allowance.LeftOut += count;
        if (!isFirst) return;
        _exhausted[component] = allowance;
        Due = Times.Earlier(Due, allowance.End);
    }

    /// <summary>Logs the counts whose minute is over.</summary>
    public void Sweep(TimeSpan now)
    {
        Due = null;
        foreach (var (component, allowance) in _exhausted.ToList())
        {
            if (allowance.IsOver(now))
            {
                _exhausted.Remove(component);
                LeftOut(component, allowance);
            }
            else
            {
                Due = Times.Earlier(Due, allowance.End);
            }
        }
    }

    /// <summary>Logs what is left to be told of a component that goes, or of all.</summary>
    public void End(string? component = null)
    {
        foreach (var (name, allowance) in _exhausted.Where(pair => component is null || pair.Key == component).ToList())
        {
            _exhausted.Remove(name);
            LeftOut(name, allowance);
        }
    }

    private void LeftOut(string component, LogAllowance allowance)
    {
        runtime.Log((component, allowance.LeftOut), static (logger, it) => KairosLog.ErrorsLeftOut(logger, it.component, it.LeftOut));
        allowance.LeftOut = 0;
    }
}
