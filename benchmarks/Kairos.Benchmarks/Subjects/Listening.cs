using Kairos.Benchmarks.Peers;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Kairos.Benchmarks.Subjects;

/// <summary>OpenTelemetry's SDK, listening to all sides and exporting once a second.</summary>
internal static class Listening
{
    private const int EverySecond = 1000;

    public static MeterProvider Start() => Sdk.CreateMeterProviderBuilder()
        .AddKairosInstrumentation()
        .AddMeter(PollyPipelines.Meter)
        .AddReader(new PeriodicExportingMetricReader(new DiscardingExporter(), EverySecond))
        .Build();
}

/// <summary>Looks at every series, as an exporter does, and sends nothing.</summary>
internal sealed class DiscardingExporter : BaseExporter<Metric>
{
    /// <summary>How many series the last export had.</summary>
    public int Series { get; private set; }

    /// <summary>Whether one of them stands for others that there was no room for.</summary>
    public bool HasOverflown { get; private set; }

    public override ExportResult Export(in Batch<Metric> batch)
    {
        var (series, overflown) = (0, false);
        foreach (var metric in batch)
        {
            foreach (ref readonly var point in metric.GetMetricPoints())
            {
                series++;
                foreach (var tag in point.Tags) overflown |= tag.Key == "otel.metric.overflow";
            }
        }

        (Series, HasOverflown) = (series, overflown);
        return ExportResult.Success;
    }
}
