using System.Diagnostics.Metrics;
using Akka.Actor;
using Kairos.Calls;
using Kairos.Components;
using Kairos.Hosting.Settings;
using Kairos.Metrics;
using Microsoft.Extensions.Logging;

namespace Kairos.Hosting;

/// <summary>
/// One Kairos: its meter from the beginning, its actors from <see cref="Start"/> on. Two of them in one process share nothing.
/// </summary>
internal sealed class KairosInstance(KairosOptions options, Meter meter) : IKairos
{
    private const string DrainTask = "kairos-drain";
    private volatile Started? _started;

    public ComponentGuard this[string component] => new(Require().Runtime, Require().Supervisor, ComponentName.Require(component));

    public IReadOnlyList<ComponentSnapshot> Snapshots => Require().Runtime.Registry.Snapshots();

    public KairosSettings Settings => Require().Runtime.Settings;

    public IActorRef Supervisor => Require().Supervisor;

    public KairosOptions Options => options;

    /// <summary>The meter of this instance; two instances in one process have two of the same name.</summary>
    public Meter Meter => meter;

    /// <summary>Reads the settings and starts the actors. What was told is drained when the system is asked to stop.</summary>
    /// <exception cref="SettingsException">The settings are wrong; nothing was started.</exception>
    public void Start(ActorSystem system, ILogger logger)
    {
        if (_started is not null) throw new InvalidOperationException("This Kairos has been started in an actor system already.");
        var settings = SettingsReader.Read(system.Settings.Config, options);
        var runtime = new KairosRuntime(settings, new MonotonicClock(options.TimeProvider), logger);
        var book = new MetricsBook();
        _ = new KairosInstruments(meter, runtime.Registry, book);
        var supervisor = system.ActorOf(KairosSupervisor.Props(runtime, book), KairosSupervisor.Name);
        CoordinatedShutdown.Get(system).AddTask(CoordinatedShutdown.PhaseServiceRequestsDone, DrainTask, async () =>
        {
            await Draining.RunAsync(runtime, supervisor, CancellationToken.None).ConfigureAwait(false);
            return Akka.Done.Instance;
        });
        _started = new Started(runtime, supervisor);
    }

    public Task DrainAsync(CancellationToken cancellation) =>
        Draining.RunAsync(Require().Runtime, Require().Supervisor, cancellation);

    public void Remove(string component) => Require().Supervisor.Tell(new ComponentProtocol.Remove(ComponentName.Require(component)));

    public void Reconfigure(KairosSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var (runtime, supervisor) = Require();
        runtime.Settings = settings;
        foreach (var cell in runtime.Registry.Cells)
        {
            var next = settings.For(cell.Name);
            if (next != cell.Snapshot.Settings) supervisor.Tell(new ComponentProtocol.Reconfigure(cell.Name, next));
        }

        foreach (var name in settings.Components) supervisor.Tell(new ComponentProtocol.Create(name));
    }

    private Started Require() => _started ?? throw new InvalidOperationException(
        "Kairos has not been started yet: it starts with its actor system. Call akka.WithKairos() where the system is configured.");

    private sealed record Started(KairosRuntime Runtime, IActorRef Supervisor);
}
