using Akka.Actor;
using Kairos;
using Kairos.Configuration;
using Kairos.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Akka.Hosting;

/// <summary>Kairos in an application that is hosted with Akka.Hosting.</summary>
public static class KairosHostingExtensions
{
    // On a signal Akka would stop the actors at once, beside the host, which stops the callers first: what they tell meanwhile would be lost.
    internal const string LeaveSignalsToTheHost = "akka.coordinated-shutdown.run-by-clr-shutdown-hook = off";

    /// <summary>
    /// Starts Kairos with the actor system: the <see cref="IKairos"/> of <c>AddKairos</c> where that was called, one of the system's
    /// own otherwise. The supervisor is registered under <see cref="IKairos"/>, for <c>IRequiredActor&lt;IKairos&gt;</c>. Register Akka before
    /// the services that use it, so that these stop first.
    /// </summary>
    public static AkkaConfigurationBuilder WithKairos(this AkkaConfigurationBuilder builder, Action<KairosOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder
            .AddHocon(KairosReference.Config, HoconAddMode.Append)
            .AddHocon(LeaveSignalsToTheHost, HoconAddMode.Append)
            .WithActors((system, registry, resolver) => registry.Register<IKairos>(
                Start(system, resolver.GetService<KairosInstance>(), resolver.GetService<ILoggerFactory>(), configure).Supervisor));
    }

    private static IKairos Start(ActorSystem system, KairosInstance? instance, ILoggerFactory? loggers, Action<KairosOptions>? configure)
    {
        if (instance is null) return system.UseKairos(configure);
        configure?.Invoke(instance.Options);
        instance.Start(system, (ILogger?)loggers?.CreateLogger(MetricNames.Source) ?? NullLogger.Instance);
        return instance;
    }
}
