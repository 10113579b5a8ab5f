using System.Diagnostics.Metrics;
using Kairos.Telemetry.Otlp;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Kairos.Telemetry.Export;

/// <summary>
/// Whether exports arrive: counts the requests that failed, per signal, and logs it once when that begins and once when it ends. Thread-safe.
/// </summary>
internal sealed class ExportHealth
{
    /// <summary>The name of the counter.</summary>
    public const string MetricName = "kairos.telemetry.export.failures";

    private readonly SignalHealth[] _signals;

    /// <param name="services">Where the log comes from, once there is something to log: exporters are made before it.</param>
    public ExportHealth(IServiceProvider services)
    {
        var log = new Lazy<ILogger>(() => services.GetRequiredService<ILoggerFactory>().CreateLogger(TelemetryLog.Category));
        _signals = [.. SignalNames.All.Select(signal => new SignalHealth(signal.ToWireName(), log))];
    }

    public SignalHealth this[TelemetrySignal signal] => _signals[(int)signal];

    /// <summary>Which signals do not arrive at the moment, in words; null where all do.</summary>
    public string? Trouble =>
        _signals.Where(signal => signal.IsFailing).Select(signal => signal.Name).ToList() is { Count: > 0 } failing
            ? $"exports of {string.Join(" and ", failing)} fail"
            : null;

    /// <summary>Shows the counts on a meter.</summary>
    public void Observe(Meter meter) => meter.CreateObservableCounter(
        MetricName,
        () => _signals.Select(signal => new Measurement<long>(signal.Failures, new KeyValuePair<string, object?>("signal", signal.Name))),
        "{export}",
        "Exports that failed.");

    /// <summary>One kind of telemetry.</summary>
    internal sealed class SignalHealth(string name, Lazy<ILogger> log)
    {
        private long _failures;
        private int _isFailing;
        private int _hasGivenUp;

        public string Name => name;

        public long Failures => Interlocked.Read(ref _failures);

        public bool IsFailing => Volatile.Read(ref _isFailing) == 1;

        /// <summary>A request arrived, whole.</summary>
        public void Arrived()
        {
            if (Interlocked.Exchange(ref _isFailing, 0) == 1) TelemetryLog.Arriving(log.Value, name, Failures);
        }

        /// <summary>What a request held that did not arrive is lost for good.</summary>
        public void GivenUp()
        {
            if (Interlocked.Exchange(ref _hasGivenUp, 1) == 0) TelemetryLog.GivenUp(log.Value, name);
        }

        /// <summary>A request did not arrive, or not as a whole.</summary>
        /// <param name="reason">Why, in words that are safe to show.</param>
        public void Failed(string reason)
        {
            Interlocked.Increment(ref _failures);
            if (Interlocked.Exchange(ref _isFailing, 1) == 0) TelemetryLog.Failing(log.Value, name, reason, MetricName);
        }
    }
}
