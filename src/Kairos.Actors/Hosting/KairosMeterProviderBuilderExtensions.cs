using Kairos;
using Kairos.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.Metrics;

namespace OpenTelemetry.Metrics;

/// <summary>Tells OpenTelemetry's meter provider about Kairos.</summary>
public static class KairosMeterProviderBuilderExtensions
{
    /// <summary>
    /// Exports Kairos' metrics. In a host with <c>AddOpenTelemetry()</c> and <c>AddKairos</c> these are the
    /// metrics of that host's Kairos alone, however many there are in the process; a provider without a host hears every Kairos in it.
    /// </summary>
    public static MeterProviderBuilder AddKairosInstrumentation(this MeterProviderBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.ConfigureServices(services =>
        {
            services.AddMetrics(metrics => metrics.EnableMetrics(MetricNames.Source, null, null, MeterScope.Local));
            services.TryAddSingleton<FinalFlush>();
            services.AddHostedService<FinalFlush.Starter>();
        });
        if (builder is IDeferredMeterProviderBuilder deferred)
        {
            return deferred.Configure((provider, meters) =>
            {
                // Resolved here, the meter is older than the provider, so the container disposes it later: the last export is whole.
                // Asked for, not resolved: the listener of AddOpenTelemetry() is made from the provider that is being built.
                var isListening = provider.GetService<IServiceProviderIsService>()?.IsService(typeof(IMetricsListener)) is true;
                if (provider.GetService<KairosInstance>() is null || !isListening) meters.AddMeter(MetricNames.Source);
            });
        }

        return builder.AddMeter(MetricNames.Source);
    }
}
