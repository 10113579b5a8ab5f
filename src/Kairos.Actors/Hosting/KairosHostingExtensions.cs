using System.Diagnostics.Metrics;
using Akka.Actor;
using Akka.Hosting;
using Kairos.Configuration;
using Kairos.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Kairos;

/// <summary>Kairos in an application that is hosted with Akka.Hosting.</summary>
public static class KairosHostingExtensions
{
    // On a signal Akka would stop the actors at once, beside the host, which stops the callers first: what they tell meanwhile would be lost.
    private const string LeaveSignalsToTheHost = "akka.coordinated-shutdown.run-by-clr-shutdown-hook = off";

    /// <summary>
    /// Registers <see cref="IKairos"/> for injection, with a meter of this container's own. The actors start with the actor system that
    /// <see cref="WithKairos"/> is called for. May be called more than once; what is configured adds up.
    /// </summary>
    public static IServiceCollection AddKairos(this IServiceCollection services, Action<KairosOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddMetrics();
        services.AddOptions<KairosOptions>();
        if (configure is not null) services.Configure(configure);
        services.TryAddSingleton(provider => new KairosInstance(
            provider.GetRequiredService<Microsoft.Extensions.Options.IOptions<KairosOptions>>().Value,
            provider.GetRequiredService<IMeterFactory>().Create(new MeterOptions(MetricNames.Source) { Version = KairosReference.Version })));
        services.TryAddSingleton<IKairos>(provider => provider.GetRequiredService<KairosInstance>());
        return services;
    }

    /// <summary>
    /// Starts Kairos with the actor system: the <see cref="IKairos"/> of <see cref="AddKairos"/> where that was called, one of the system's
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
        instance.Start(system, (ILogger?)loggers?.CreateLogger(MetricNames.Source) ?? Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        return instance;
    }
}
