using System.Collections.Concurrent;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Kairos.Telemetry.Tests.Export;

/// <summary>Keeps of every metric the series of the last export: their attributes, in order of their names.</summary>
internal sealed class SeriesExporter : BaseExporter<Metric>
{
    public ConcurrentDictionary<string, IReadOnlyList<string>> Series { get; } = [];

    public override ExportResult Export(in Batch<Metric> batch)
    {
        foreach (var metric in batch)
        {
            var series = new List<string>();
            foreach (ref readonly var point in metric.GetMetricPoints())
            {
                var attributes = new SortedDictionary<string, object?>(StringComparer.Ordinal);
                foreach (var tag in point.Tags) attributes.Add(tag.Key, tag.Value);
                series.Add(string.Join(',', attributes.Select(attribute => $"{attribute.Key}={attribute.Value}")));
            }

            Series[metric.Name] = series;
        }

        return ExportResult.Success;
    }
}
