using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Kairos.Tests.Instruments;

/// <summary>One metric of one export. The series are named by their attributes, ordered by key: <c>component=llm,state=open</c>.</summary>
public sealed record CollectedMetric(string Name, string Unit, MetricType Type, IReadOnlyDictionary<string, double> Series);

/// <summary>A reader with OpenTelemetry's own SDK behind it, which keeps what was exported last.</summary>
public sealed class MetricCollector : BaseExporter<Metric>
{
    private readonly List<IReadOnlyList<CollectedMetric>> _exports = [];

    public MetricCollector() => Reader = new BaseExportingMetricReader(this);

    public MetricReader Reader { get; }

    /// <summary>Every export so far, oldest first.</summary>
    public IReadOnlyList<IReadOnlyList<CollectedMetric>> Exports => _exports;

    public IReadOnlyList<CollectedMetric> Last => _exports[^1];

    /// <summary>Collects now and returns the series of one metric; none where there is no such metric.</summary>
    public IReadOnlyDictionary<string, double> Collect(string metric)
    {
        Assert.True(Reader.Collect());
        return LastOf(metric);
    }

    /// <summary>Of the last export the series of one metric; none where there is no such metric.</summary>
    public IReadOnlyDictionary<string, double> LastOf(string metric) =>
        Last.SingleOrDefault(collected => collected.Name == metric)?.Series ?? new Dictionary<string, double>();

    public override ExportResult Export(in Batch<Metric> batch)
    {
        var metrics = new List<CollectedMetric>();
        foreach (var metric in batch) metrics.Add(new CollectedMetric(metric.Name, metric.Unit, metric.MetricType, SeriesOf(metric)));
        _exports.Add(metrics);
        return ExportResult.Success;
    }

    private static Dictionary<string, double> SeriesOf(Metric metric)
    {
        var series = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (ref readonly var point in metric.GetMetricPoints())
        {
            var attributes = new SortedDictionary<string, string>(StringComparer.Ordinal);
            foreach (var tag in point.Tags) attributes.Add(tag.Key, tag.Value as string ?? $"not a text: {tag.Value}");
            series.Add(string.Join(',', attributes.Select(pair => $"{pair.Key}={pair.Value}")), ValueOf(metric, point));
        }

        return series;
    }

    private static double ValueOf(Metric metric, in MetricPoint point) => metric.MetricType switch
    {
        MetricType.LongSum => point.GetSumLong(),
        MetricType.DoubleSum => point.GetSumDouble(),
        MetricType.LongGauge => point.GetGaugeLastValueLong(),
        MetricType.Histogram => point.GetHistogramCount(),
        MetricType.DoubleGauge => point.GetGaugeLastValueDouble(),
        _ => throw new NotSupportedException(metric.MetricType.ToString()),
    };
}
