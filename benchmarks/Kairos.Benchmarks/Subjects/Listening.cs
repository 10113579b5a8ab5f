using System.Diagnostics.Metrics;
using Kairos.Benchmarks.Peers;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Kairos.Benchmarks.Subjects;

/// <summary>Whoever listens to all sides' meters; nobody listens to spans.</summary>
internal static class Listening
{
    private const int EverySecond = 1000;

    /// <summary>OpenTelemetry's SDK, exporting once a second.</summary>
    public static MeterProvider Start() => Sdk.CreateMeterProviderBuilder()
        .AddKairosInstrumentation()
        .AddMeter(PollyPipelines.Meter)
        .AddMeter(ChatClients.Meter)
        .AddReader(new PeriodicExportingMetricReader(new DiscardingExporter(), EverySecond))
        .Build();

    /// <summary>A listener that is told each measurement and makes nothing of it: the least that anybody who listens can cost.</summary>
    public static MeterListener StartIdle()
    {
        var idle = new MeterListener { InstrumentPublished = static (instrument, listener) => listener.EnableMeasurementEvents(instrument) };
        idle.SetMeasurementEventCallback<int>(static (_, _, _, _) => { });
        idle.SetMeasurementEventCallback<long>(static (_, _, _, _) => { });
        idle.SetMeasurementEventCallback<double>(static (_, _, _, _) => { });
        idle.Start();
        return idle;
    }
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
