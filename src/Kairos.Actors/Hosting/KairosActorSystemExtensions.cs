using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Akka.Event;
using Kairos;
using Kairos.Configuration;
using Kairos.Hosting;

namespace Akka.Actor;

/// <summary>Kairos in an actor system of one's own, without dependency injection.</summary>
public static class KairosActorSystemExtensions
{
    // Its meter outlives a system: a provider that outlives it, too, reads the totals once more in its last export. It is never disposed,
    // because OpenTelemetry would end the metrics of the same name of every other Kairos with it; it falls silent when the next one starts.
    private static readonly ConcurrentQueue<KairosInstance> Terminated = new();

    /// <summary>
    /// Starts Kairos in an actor system. It is drained when the system terminates; a system that was not given Kairos'
    /// <c>reference.conf</c> from its beginning allows five seconds for that.
    /// </summary>
    /// <exception cref="SettingsException">The settings are wrong; nothing was started.</exception>
    /// <exception cref="InvalidOperationException">The system has a Kairos already, or another actor of the name <c>kairos</c>.</exception>
    public static IKairos UseKairos(this ActorSystem system, Action<KairosOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(system);
        var options = new KairosOptions();
        configure?.Invoke(options);
        while (Terminated.TryDequeue(out var earlier)) earlier.FallSilent();
        var instance = new KairosInstance(options, new Meter(MetricNames.Source, KairosReference.Version));
        system.Settings.InjectTopLevelFallback(KairosReference.Config);
        instance.Start(system, new AkkaLogger(Logging.GetLogger(system, "kairos")));
        system.RegisterOnTermination(() => Terminated.Enqueue(instance));
        return instance;
    }
}
