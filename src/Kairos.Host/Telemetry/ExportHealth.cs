using System.Diagnostics.Metrics;

namespace Kairos.Host.Telemetry;

/// <summary>
/// Whether exports arrive: counts those that failed, per signal, and says so once when it begins and once when it ends. Thread-safe.
/// </summary>
internal sealed class ExportHealth
{
    /// <summary>The name of the counter.</summary>
    public const string MetricName = "kairos.telemetry.export.failures";

    private readonly Signal[] _signals;

    public ExportHealth(TextWriter log) => _signals = [new("metrics", log), new("traces", log)];

    public Signal Metrics => _signals[0];

    public Signal Traces => _signals[1];

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
    internal sealed class Signal(string name, TextWriter log)
    {
        private long _failures;
        private int _isFailing;

        public string Name => name;

        public long Failures => Interlocked.Read(ref _failures);

        public bool IsFailing => Volatile.Read(ref _isFailing) == 1;

        /// <summary>Notes how an export went, and hands the result on.</summary>
        public OpenTelemetry.ExportResult Note(OpenTelemetry.ExportResult result)
        {
            if (result == OpenTelemetry.ExportResult.Success)
            {
                if (Interlocked.Exchange(ref _isFailing, 0) == 1) log.WriteLine($"exports of {name} arrive again; {Failures} have failed so far");
            }
            else
            {
                Interlocked.Increment(ref _failures);
                if (Interlocked.Exchange(ref _isFailing, 1) == 0) log.WriteLine($"an export of {name} failed; further failures are counted in {MetricName}");
            }

            return result;
        }
    }
}
