using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry.Metrics;

namespace Kairos.Hosting;

/// <summary>
/// Sees to it that the last export of a host is whole. A container disposes in the reverse order of creation, and so what feeds the container's
/// meters to OpenTelemetry before the provider, whose last collection then finds no observable instrument to read. This one is created later
/// than both, when the host starts, and ends the provider first. Ending it a second time does nothing.
/// </summary>
internal sealed class FinalFlush(MeterProvider provider, IEnumerable<KairosInstance> kairos) : IDisposable
{
    private static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(60);

    public void Dispose()
    {
        foreach (var instance in kairos) instance.DrainAtDisposal(DrainTimeout);
        provider.Dispose();
    }

    /// <summary>Creates the one above when the host starts.</summary>
    internal sealed class Starter(IServiceProvider services) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            services.GetRequiredService<FinalFlush>();
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
