using System.Diagnostics.Metrics;
using Kairos;
using Kairos.Configuration;
using Kairos.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Kairos among the services of an application.</summary>
public static class KairosServiceCollectionExtensions
{
    /// <summary>
    /// Registers <see cref="IKairos"/> for injection, with a meter of this container's own, and the guard of every component as a keyed service:
    /// <c>[FromKeyedServices("llm")] ComponentGuard llm</c>. The actors start with the actor system that
    /// <see cref="Akka.Hosting.KairosHostingExtensions.WithKairos"/> is called for; in an application that has none, with the host, in one of
    /// their own. Register Kairos before the services that use it. A hosted service, which is made before anything starts, may have guards injected,
    /// and uses them from its own start on. May be called more than once; what is configured adds up.
    /// </summary>
    public static IServiceCollection AddKairos(this IServiceCollection services, Action<KairosOptions>? configure = null) => services.AddKairos(null, configure);

    /// <summary>
    /// The same, with settings from .NET's configuration: every key of <c>reference.conf</c>, in PascalCase or as it stands there. Strongest
    /// first: what is changed while running, code, configuration, HOCON. What is wrong stops the host at its start, all of it at once. What
    /// changes while the host runs is put in force in place; where something is wrong with it, that is logged, and nothing changes.
    /// A component that is gone from the configuration stays, with the settings that it inherits.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="configuration">The section, such as <c>builder.Configuration.GetSection("Kairos")</c>, or the whole of which <c>Kairos</c>
    /// is one; null for none.</param>
    /// <param name="configure">What is set in code.</param>
    public static IServiceCollection AddKairos(this IServiceCollection services, IConfiguration? configuration, Action<KairosOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddMetrics();
        services.AddOptions<KairosOptions>();
        if (configuration is not null)
        {
            services.AddSingleton(new ConfiguredSection(configuration));
            services.Configure<KairosOptions>(options => options.Configuration = configuration);
        }

        if (configure is not null) services.Configure(configure);
        services.TryAddSingleton(provider => new KairosInstance(
            provider.GetRequiredService<Options.IOptions<KairosOptions>>().Value,
            provider.GetRequiredService<IMeterFactory>().Create(new MeterOptions(MetricNames.Source) { Version = KairosReference.Version })));
        services.TryAddSingleton<IKairos>(provider => provider.GetRequiredService<KairosInstance>());
        services.TryAdd(ServiceDescriptor.KeyedTransient(
            typeof(ComponentGuard), KeyedService.AnyKey, static (provider, name) => provider.GetRequiredService<IKairos>()[name?.ToString() ?? ""]));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, OwnActorSystem>());
        return services;
    }
}
