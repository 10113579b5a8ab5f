using System.Diagnostics.Metrics;
using Akka.Actor;
using Akka.Configuration;
using Kairos.Configuration;
using Kairos.Hosting;
using Kairos.Testing;

namespace Kairos;

/// <summary>
/// A real Kairos for one test: with virtual time, a meter and metrics of its own, and nothing left of it when it is disposed. It is an
/// <see cref="IKairos"/>, to be given to what is tested. Any number of them may run in one process. Thread-safe.
/// </summary>
/// <example><code>
/// await using var kairos = KairosTest.Start();
/// await kairos["llm"].ForceOpenAsync(retryAfter: TimeSpan.FromSeconds(30));
/// </code></example>
public sealed class KairosTest : IKairos, IAsyncDisposable
{
    private static readonly Config Quiet = ConfigurationFactory.ParseString("""
        akka { loglevel = WARNING, log-dead-letters = off, log-dead-letters-during-shutdown = off }
        akka.coordinated-shutdown.run-by-clr-shutdown-hook = off
        """);

    private readonly KairosInstance _kairos;
    private readonly Meter _meter;
    private readonly MeterListener _listener = new();
    private readonly bool _isOwn;
    private readonly KairosWatch _watch;
    private readonly LogRecorder _log = new();
    private readonly VirtualTime _time = new();
    private readonly Passage _passage;
    private int _isReleased;

    private KairosTest(ActorSystem system, bool isOwn, Action<KairosOptions>? configure)
    {
        (System, _isOwn) = (system, isOwn);
        var continuations = new CallContinuations();
        _passage = new Passage(_time, continuations, () => Timeout, DrainAsync);
        var options = new KairosOptions { TimeProvider = _time, WrapContinuation = continuations.Begin };
        configure?.Invoke(options);
        Time = options.TimeProvider;
        _meter = new Meter(MetricNames.Source, KairosReference.Version);
        _kairos = new KairosInstance(options, _meter);
        Metrics = new KairosMetrics(_meter, _listener, Count);
        _watch = KairosWatch.Begin(system, ReferenceEquals(Time, _time) ? _time : null);
        system.RegisterOnTermination(Release);
    }

    /// <summary>Starts one in an actor system of its own. The components of the settings are there when this returns.</summary>
    /// <param name="configure">What is set in code.</param>
    /// <exception cref="SettingsException">The settings are wrong; nothing was started.</exception>
    public static KairosTest Start(Action<KairosOptions>? configure = null) => Start("", configure);

    /// <inheritdoc cref="Start(Action{KairosOptions})"/>
    /// <param name="hocon">The actor system's HOCON, for example <c>kairos.defaults.breaker.consecutive-failures = 2</c>.</param>
    /// <param name="configure">What is set in code, which is stronger.</param>
    public static KairosTest Start(string hocon, Action<KairosOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(hocon);
        var system = ActorSystem.Create("kairos-test", ConfigurationFactory.ParseString(hocon).WithFallback(Quiet).WithFallback(KairosReference.Config));
        try
        {
            return Start(system, isOwn: true, "", configure);
        }
        catch
        {
            system.Dispose();
            throw;
        }
    }

    /// <summary>Starts one in an actor system, beneath whose configuration the HOCON stands.</summary>
    internal static KairosTest Start(ActorSystem system, bool isOwn, string hocon, Action<KairosOptions>? configure)
    {
        system.Settings.InjectTopLevelFallback(ConfigurationFactory.ParseString(hocon).WithFallback(KairosReference.Config));
        var test = new KairosTest(system, isOwn, configure);
        try
        {
            test._kairos.Start(system, test._log);
            test._watch.Watch(test["any"].Runtime);
            test.Count();
            return test;
        }
        catch
        {
            test.Release();
            throw;
        }
    }

    /// <summary>The actor system that it runs in, for actors of the application.</summary>
    public ActorSystem System { get; }

    /// <summary>Its time, for what is tested: virtual from 2000-01-01T00:00:00Z on, unless the options name another.</summary>
    public TimeProvider Time { get; }

    /// <summary>Its metrics.</summary>
    public KairosMetrics Metrics { get; }

    /// <summary>The last thousand lines that it has logged: level, event id, text.</summary>
    public IReadOnlyList<string> Log => _log.Lines;

    /// <summary>How long its awaits wait in real time before they fail. Default 10 s.</summary>
    public TimeSpan Timeout
    {
        get => _watch.Timeout;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
            _watch.Timeout = value;
        }
    }

    /// <inheritdoc/>
    public ComponentGuard this[string component] => _kairos[component];

    /// <inheritdoc/>
    public IReadOnlyList<ComponentSnapshot> Snapshots => _kairos.Snapshots;

    /// <inheritdoc/>
    public KairosSettings Settings => _kairos.Settings;

    /// <inheritdoc/>
    public IActorRef Supervisor => _kairos.Supervisor;

    /// <inheritdoc/>
    public Task DrainAsync(CancellationToken cancellationToken = default) => _kairos.DrainAsync(cancellationToken);

    /// <inheritdoc/>
    public void Remove(string component) => _kairos.Remove(component);

    /// <inheritdoc/>
    public void Reconfigure(Func<KairosSettings, KairosSettings> change) => _kairos.Reconfigure(change);

    /// <summary>
    /// Lets virtual time pass, from timer to timer: at each, what is due runs, and Kairos decides and counts all that it is told, and guarded calls
    /// go on as far as they can, before time passes further. Code of the application that was woken may still run when this ends. Ends at
    /// exactly so much later; two at a time pass one after the other.
    /// </summary>
    /// <param name="by">How much passes; not negative.</param>
    /// <exception cref="InvalidOperationException">The options name another time.</exception>
    /// <exception cref="KairosTestException">Kairos did not come to rest in time.</exception>
    public Task AdvanceAsync(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        RequireVirtual();
        return _passage.AdvanceAsync(by);
    }

    /// <summary>
    /// Lets virtual time pass, from timer to timer, until a task has ended, such as a call that waits before it is repeated; the task's exception is
    /// thrown. Before each step the task has a moment of real time to end by itself.
    /// </summary>
    /// <param name="task">The task.</param>
    /// <exception cref="InvalidOperationException">The options name another time.</exception>
    /// <exception cref="KairosTestException">The task has not ended within <see cref="Timeout"/> of real time, or Kairos did not come to rest.</exception>
    public async Task AdvanceUntilAsync(Task task)
    {
        ArgumentNullException.ThrowIfNull(task);
        RequireVirtual();
        await _passage.AdvanceUntilAsync(task).ConfigureAwait(false);
        await task.ConfigureAwait(false);
    }

    /// <inheritdoc cref="AdvanceUntilAsync(Task)"/>
    public async Task<T> AdvanceUntilAsync<T>(Task<T> task)
    {
        await AdvanceUntilAsync((Task)task).ConfigureAwait(false);
        return await task.ConfigureAwait(false);
    }

    /// <summary>Ends it: nothing of it is left then, neither actors nor threads, timers or series.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isOwn) await System.Terminate().ConfigureAwait(false);
        else if (!_kairos.HasTerminated) await _kairos.Supervisor.GracefulStop(Timeout).ConfigureAwait(false);
        Release();
    }

    /// <summary>How many timers are armed.</summary>
    internal int ArmedTimers => _time.Armed;

    private void RequireVirtual()
    {
        if (!ReferenceEquals(Time, _time)) throw new InvalidOperationException("The options name a TimeProvider of their own; time passes by that one.");
    }

    private void Count()
    {
        if (_kairos.IsRunning && !DrainSignal.Wait(_kairos.Supervisor, Timeout)) throw Passage.Busy(Timeout);
    }

    private void Release()
    {
        if (Interlocked.Exchange(ref _isReleased, 1) != 0) return;
        _listener.Dispose();
        _meter.Dispose();
        _kairos.FallSilent();
        _time.Dispose();
        _passage.Dispose();
    }
}
