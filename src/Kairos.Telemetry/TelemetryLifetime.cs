using Kairos.Hosting;
using Kairos.Telemetry.Configuration;
using Kairos.Telemetry.Export;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Kairos.Telemetry;

/// <summary>
/// Telemetry begins with the host and ends after everything else in it has stopped: callers first, then the actors, which drain; only then is
/// what they counted exported for the last time.
/// </summary>
internal sealed class TelemetryLifetime(IServiceProvider services, TelemetrySettings settings, ILoggerFactory loggers) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        if (!settings.HasConfiguration && services.GetService<ConfiguredSection>() is not null)
            throw new InvalidOperationException("AddKairosTelemetry() has not seen the configuration that AddKairos() was given: call it after AddKairos().");
        services.GetRequiredService<SdkWarnings>();
        TelemetryLog.Tell(loggers, settings.Warnings);
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Created last, and so the first that a container disposes.</summary>
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        services.GetRequiredService<FinalTelemetryFlush>();
        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => services.GetRequiredService<FinalTelemetryFlush>().RunAsync();
}
