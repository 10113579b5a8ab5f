using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Kairos.Host.Telemetry;

/// <summary>
/// Exports what is left, all signals at once and within one limit. Left to disposal, they would go one after the other, and a collector that
/// does not answer would hold the host three times.
/// </summary>
internal static class TelemetryShutdown
{
    public static async Task RunAsync(IServiceProvider services, TimeSpan limit)
    {
        var milliseconds = (int)Math.Ceiling(limit.TotalMilliseconds);
        var shutdown = Task.WhenAll(
            Begin(() => services.GetService<MeterProvider>()?.Shutdown(milliseconds)),
            Begin(() => services.GetService<TracerProvider>()?.Shutdown(milliseconds)),
            Begin(() => services.GetService<LoggerProvider>()?.Shutdown(milliseconds)));
        try
        {
            await shutdown.WaitAsync(limit + (limit / 2)).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            await Console.Error.WriteLineAsync("the last export did not end in time").ConfigureAwait(false);
        }
    }

    /// <summary>On a thread of its own: it blocks.</summary>
    private static Task Begin(Action shutdown) =>
        Task.Factory.StartNew(shutdown, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
