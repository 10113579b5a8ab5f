using Kairos.Hosting;
using Kairos.Telemetry.Configuration;
using Kairos.Telemetry.Export;
using Kairos.Telemetry.Otlp;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Kairos.Telemetry;

/// <summary>
/// Exports what is left, all signals at once and within one limit. Left to disposal, they would go one after the other, and a collector that
/// does not answer would hold the process three times. Thread-safe; it happens once.
/// </summary>
internal sealed class FinalTelemetryFlush : IDisposable
{
    private static readonly TimeSpan Drain = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(500); // what ends in time needs a moment to say so
    private readonly Lock _lock = new();
    private readonly TimeSpan _limit;
    private readonly ILogger _logger;
    private readonly IReadOnlyList<KairosInstance> _kairos;
    private readonly MeterProvider? _metrics;
    private readonly TracerProvider? _traces;
    private readonly LoggerProvider? _logs;
    private readonly bool _hasPage;
    private readonly ExportHealth.SignalHealth _metricsHealth;
    private Task? _shutdown;

    /// <param name="services">A container that is being disposed gives nothing out: everything is taken beforehand.</param>
    /// <param name="settings">How long it may take.</param>
    /// <param name="loggers">Where to say what did not end in time.</param>
    public FinalTelemetryFlush(IServiceProvider services, TelemetrySettings settings, ILoggerFactory loggers)
    {
        _limit = settings.Options.ShutdownTimeout;
        _hasPage = settings.Options.Prometheus.Enabled;
        _metricsHealth = services.GetRequiredService<ExportHealth>()[TelemetrySignal.Metrics];
        _logger = loggers.CreateLogger(TelemetryLog.Category);
        _kairos = [.. services.GetServices<KairosInstance>()];
        _metrics = services.GetService<MeterProvider>();
        _traces = services.GetService<TracerProvider>();
        _logs = services.GetService<LoggerProvider>();
    }

    /// <summary>Exports what is left. Does not throw; what did not end in time is logged.</summary>
    public Task RunAsync()
    {
        lock (_lock) return _shutdown ??= ShutdownAsync();
    }

    /// <summary>For a host that is disposed without having been stopped: what was told is counted first. Blocks, because disposing does.</summary>
    public void Dispose()
    {
        foreach (var kairos in _kairos) kairos.DrainAtDisposal(Drain);
#pragma warning disable RS0030 // disposing blocks
        RunAsync().GetAwaiter().GetResult();
#pragma warning restore RS0030
    }

    private async Task ShutdownAsync()
    {
        var milliseconds = (int)Math.Ceiling(_limit.TotalMilliseconds);
        var hasArrived = new bool[SignalNames.All.Length];
        var metrics = OnAThreadOfItsOwn(() => hasArrived[(int)TelemetrySignal.Metrics] = HaveMetricsArrived(milliseconds));
        var logs = OnAThreadOfItsOwn(() => hasArrived[(int)TelemetrySignal.Logs] = _logs?.Shutdown(milliseconds) ?? true);
        var traces = OnAThreadOfItsOwn(() =>
        {
            // The spans of the latest errors end when the metrics are collected. A collector that keeps the metrics waiting may not keep them.
#pragma warning disable RS0030 // on a thread of its own
            metrics.Wait(milliseconds / 2);
#pragma warning restore RS0030
            hasArrived[(int)TelemetrySignal.Traces] = _traces?.Shutdown(milliseconds / 2) ?? true;
        });
        try
        {
            await Task.WhenAll(metrics, logs, traces).WaitAsync(_limit + Grace).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // those that are late have not arrived
        }

        var missing = SignalNames.All.Where(signal => !hasArrived[(int)signal]).Select(signal => signal.ToWireName()).ToList();
        if (missing.Count > 0) TelemetryLog.NotInTime(_logger, string.Join(" and ", missing), _limit);
    }

    /// <summary>
    /// A page that is scraped says of every end that it failed, though there is nothing left that it could send. Beside one, what tells is whether
    /// the last export failed, and whether all ended in time.
    /// </summary>
    private bool HaveMetricsArrived(int milliseconds)
    {
        var start = TimeProvider.System.GetTimestamp();
        if (_metrics?.Shutdown(milliseconds) ?? true) return true;
        return _hasPage && !_metricsHealth.IsFailing && TimeProvider.System.GetElapsedTime(start) < _limit;
    }

    /// <summary>It blocks.</summary>
    private static Task OnAThreadOfItsOwn(Action shutdown) =>
        Task.Factory.StartNew(shutdown, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
