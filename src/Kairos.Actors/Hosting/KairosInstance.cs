using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using Akka.Actor;
using Kairos.Actors;
using Kairos.Configuration;
using Kairos.Instruments;
using Kairos.State;
using Microsoft.Extensions.Logging;

namespace Kairos.Hosting;

/// <summary>One Kairos: its meter from the beginning, its actors from <see cref="Start"/> on. Two of them in one process share nothing.</summary>
internal sealed class KairosInstance(KairosOptions options, Meter meter) : IKairos
{
    private const string DrainTask = "kairos-drain";

    // Whose systems they are. A second start is refused before it has made a series or an actor.
    private static readonly ConditionalWeakTable<ActorSystem, KairosInstance> Systems = [];

    private volatile Started? _started;
    private volatile bool _isForgotten;

    public ComponentGuard this[string component] => new(Shared, ComponentName.Require(component));

    public IReadOnlyList<ComponentSnapshot> Snapshots => Require().Runtime.Registry.Snapshots();

    public KairosSettings Settings => Require().Runtime.Settings;

    public IActorRef Supervisor => Require().Supervisor;

    public KairosOptions Options => options;

    /// <summary>The meter of this instance; two instances in one process have two of the same name.</summary>
    public Meter Meter => meter;

    /// <summary>Whether its actors were started, whatever has become of them.</summary>
    public bool HasStarted => _started is not null;

    /// <summary>Whether the whole host has started and its actors have not.</summary>
    public bool IsForgotten
    {
        get => _isForgotten;
        set => _isForgotten = value;
    }

    /// <summary>Whether its actors were started and are there.</summary>
    public bool IsRunning => _started is { Runtime.Ended.IsCancellationRequested: false };

    /// <summary>Whether its actors were started and are gone for good.</summary>
    public bool HasTerminated => _started is { System.WhenTerminated.IsCompleted: true };

    /// <summary>Reads the settings and starts the actors. What was told is drained when the system is asked to stop.</summary>
    /// <exception cref="SettingsException">The settings are wrong; nothing was started.</exception>
    /// <exception cref="InvalidOperationException">It runs elsewhere, or the system has a Kairos or an actor of its name; nothing was started.</exception>
    public void Start(ActorSystem system, ILogger logger)
    {
        if (_started is { } elsewhere && elsewhere.System != system) throw SetupMistakes.StartedElsewhere(elsewhere.System, system);
        if (!Systems.TryAdd(system, this)) throw SetupMistakes.StartedTwice(system);
        try
        {
            _started = StartIn(system, logger);
        }
        catch
        {
            Systems.Remove(system);
            throw;
        }
    }

    private Started StartIn(ActorSystem system, ILogger logger)
    {
        var settings = SettingsReader.Read(system.Settings.Config, options);
        WorkerCheck.Require(system, options.Workers);
        var clock = new MonotonicClock(options.TimeProvider);
        var runtime = new KairosRuntime(settings, clock, logger)
        {
            Classifier = options.Classifier,
            Probes = options.Probes,
            Workers = options.Workers,
            Recorder = options.Recorder,
            WrapContinuation = options.WrapContinuation,
            LendsThreads = system.Settings.Config.GetBoolean(KairosReference.LendThreads, true),
        };
        var book = new MetricsBook();
        MetricCardinality.Allow(meter, settings.MaxComponents);
        var instruments = new KairosInstruments(meter, runtime.Registry, book, runtime.Clock);
        runtime.CallDuration = instruments.CallDuration;
        var supervisor = ActorOf(system, KairosSupervisor.Props(runtime, MetricsActor.Props(runtime, book, new ErrorLog(runtime))), instruments);
        CoordinatedShutdown.Get(system).AddTask(CoordinatedShutdown.PhaseServiceRequestsDone, DrainTask, async () =>
        {
            await DrainAsync(runtime, supervisor, CancellationToken.None).ConfigureAwait(false);
            runtime.Metrics.Tell(MetricsActor.Finish.Instance);
            await DrainAsync(runtime, supervisor, CancellationToken.None).ConfigureAwait(false); // what that has had logged
            return Akka.Done.Instance;
        });
        if (options.Configuration is { } configuration) ConfigurationReload.Watch(configuration, options, runtime, supervisor, system.Settings.Config);
        return new Started(system, runtime, supervisor, book, instruments);
    }

    private static IActorRef ActorOf(ActorSystem system, Props supervisor, KairosInstruments instruments)
    {
        try
        {
            return system.ActorOf(supervisor, KairosSupervisor.Name);
        }
        catch (InvalidActorNameException exception)
        {
            instruments.FallSilent();
            throw SetupMistakes.NameTaken(system, exception);
        }
    }

    public Task DrainAsync(CancellationToken cancellationToken) => DrainAsync(Require().Runtime, Require().Supervisor, cancellationToken);

    /// <summary>Waits until all that was told so far has been counted; not for actors that have ended, whom nothing can be told any more.</summary>
    public static async Task DrainAsync(KairosRuntime runtime, IActorRef supervisor, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(runtime.Ended, cancellationToken);
        try
        {
            await supervisor.Ask<ComponentProtocol.Drain>(ComponentProtocol.Drain.Instance, Timeout.InfiniteTimeSpan, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (runtime.Ended.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            // all that could be counted has been
        }
    }

    /// <summary>
    /// Waits for what was told to a Kairos whose host is disposed without having been stopped. Blocks, because disposing does; a host that was
    /// stopped has drained it already.
    /// </summary>
    public void DrainAtDisposal(TimeSpan timeout)
    {
        if (_started is not { System.WhenTerminated.IsCompleted: false } started) return;
        using var limit = new CancellationTokenSource(timeout);
        try
        {
#pragma warning disable RS0030 // disposing blocks
            DrainAsync(started.Runtime, started.Supervisor, limit.Token).GetAwaiter().GetResult();
#pragma warning restore RS0030
        }
        catch (OperationCanceledException)
        {
            // what was not counted by now is lost
        }
    }

    /// <summary>Ends the metrics of a system that has terminated.</summary>
    public void FallSilent() => _started?.Instruments.FallSilent();

    public void Remove(string component) =>
        Require().Supervisor.Tell(new ComponentProtocol.Remove(ComponentName.Require(component)), ActorRefs.NoSender);

    public void Reconfigure(Func<KairosSettings, KairosSettings> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        var (_, runtime, supervisor, _, _) = Require();
        runtime.Live.Change(change);
        supervisor.Tell(new ComponentProtocol.SettingsChanged(null), ActorRefs.NoSender);
    }

    /// <summary>What callers and the actor of a component share; for tests.</summary>
    internal ComponentHandle HandleOf(string component) =>
        Require().Runtime.Registry.Find(component) ?? throw new ArgumentException($"There is no component '{component}'.", nameof(component));

    /// <summary>The log's actor; for tests.</summary>
    internal IActorRef Log => Require().Runtime.LogWriter;

    /// <summary>All components; for tests.</summary>
    internal ComponentRegistry Registry => Require().Runtime.Registry;

    /// <summary>How many reports were refused for a reason; for tests.</summary>
    internal long RefusedFor(RefusalReason reason) => Require().Book.RefusedFor(reason);

    /// <summary>The counters of a component; for tests.</summary>
    internal ComponentMetrics MetricsOf(string component) =>
        Array.Find(Require().Book.Own, own => own.Name == component) ?? Require().Runtime.Registry.Find(component)?.Metrics ?? new ComponentMetrics(component);

    /// <summary>What guards use, found by the first that is used: they may be taken before the actors have started.</summary>
    private Lazy<(KairosRuntime Runtime, IActorRef Supervisor)> Shared =>
        field ??= new(() => (Require().Runtime, Require().Supervisor), LazyThreadSafetyMode.PublicationOnly);

    private Started Require() => _started ?? throw (_isForgotten ? SetupMistakes.WithKairosForgotten() : SetupMistakes.NotStarted());

    private sealed record Started(
        ActorSystem System, KairosRuntime Runtime, IActorRef Supervisor, MetricsBook Book, KairosInstruments Instruments);
}
