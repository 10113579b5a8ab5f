using System.Globalization;
using System.Text.Json;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace Kairos.Telemetry.Export;

/// <summary>The JSON of an export: resource, scopes, metrics, points.</summary>
internal static class MetricsJson
{
    public static void Write(Utf8JsonWriter json, Resource resource, in Batch<Metric> batch)
    {
        var metrics = new List<Metric>();
        foreach (var metric in batch) metrics.Add(metric);

        json.WriteStartObject();
        json.WriteStartArray("ResourceMetrics");
        json.WriteStartObject();
        json.WriteStartObject("Resource");
        WriteAttributes(json, resource.Attributes!);
        json.WriteEndObject();
        json.WriteStartArray("ScopeMetrics");
        foreach (var scope in metrics.GroupBy(metric => (metric.MeterName, metric.MeterVersion)))
            WriteScope(json, scope.Key.MeterName, scope.Key.MeterVersion, scope);
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteScope(Utf8JsonWriter json, string name, string version, IEnumerable<Metric> metrics)
    {
        json.WriteStartObject();
        json.WriteStartObject("Scope");
        json.WriteString("Name", name);
        json.WriteString("Version", version);
        json.WriteEndObject();
        json.WriteStartArray("Metrics");
        foreach (var metric in metrics.OrderBy(metric => metric.Name, StringComparer.Ordinal)) WriteMetric(json, metric);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteMetric(Utf8JsonWriter json, Metric metric)
    {
        json.WriteStartObject();
        json.WriteString("Name", metric.Name);
        if (!string.IsNullOrEmpty(metric.Unit)) json.WriteString("Unit", metric.Unit);
        var isGauge = metric.MetricType is MetricType.LongGauge or MetricType.DoubleGauge;
        var isHistogram = metric.MetricType is MetricType.Histogram;
        json.WriteStartObject(isGauge ? "Gauge" : isHistogram ? "Histogram" : "Sum");
        json.WriteStartArray("DataPoints");
        foreach (ref readonly var point in metric.GetMetricPoints()) WritePoint(json, metric.MetricType, point);
        json.WriteEndArray();
        if (!isGauge)
        {
            json.WriteString("Temporality", metric.Temporality.ToString());
            if (!isHistogram) json.WriteBoolean("IsMonotonic", metric.MetricType is MetricType.LongSum or MetricType.DoubleSum);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WritePoint(Utf8JsonWriter json, MetricType type, in MetricPoint point)
    {
        json.WriteStartObject();
        var attributes = new List<KeyValuePair<string, object>>();
        foreach (var tag in point.Tags) attributes.Add(new KeyValuePair<string, object>(tag.Key, tag.Value ?? ""));
        WriteAttributes(json, attributes);
        if (type is not (MetricType.LongGauge or MetricType.DoubleGauge)) json.WriteString("StartTime", Time(point.StartTime));
        json.WriteString("Time", Time(point.EndTime));
        switch (type)
        {
            case MetricType.LongSum or MetricType.LongSumNonMonotonic:
                json.WriteNumber("Value", point.GetSumLong());
                break;
            case MetricType.DoubleSum or MetricType.DoubleSumNonMonotonic:
                WriteNumber(json, "Value", point.GetSumDouble());
                break;
            case MetricType.LongGauge:
                json.WriteNumber("Value", point.GetGaugeLastValueLong());
                break;
            case MetricType.DoubleGauge:
                WriteNumber(json, "Value", point.GetGaugeLastValueDouble());
                break;
            case MetricType.Histogram:
                WriteHistogram(json, point);
                break;
            default:
                json.WriteNull("Value");
                break;
        }

        json.WriteEndObject();
    }

    private static void WriteHistogram(Utf8JsonWriter json, in MetricPoint point)
    {
        json.WriteNumber("Count", point.GetHistogramCount());
        WriteNumber(json, "Sum", point.GetHistogramSum());
        if (point.TryGetHistogramMinMaxValues(out var min, out var max))
        {
            WriteNumber(json, "Min", min);
            WriteNumber(json, "Max", max);
        }

        var counts = new List<long>();
        json.WriteStartArray("Bounds");
        foreach (var bucket in point.GetHistogramBuckets())
        {
            if (!double.IsPositiveInfinity(bucket.ExplicitBound)) json.WriteNumberValue(bucket.ExplicitBound);
            counts.Add(bucket.BucketCount);
        }

        json.WriteEndArray();
        json.WriteStartArray("BucketCounts");
        foreach (var count in counts) json.WriteNumberValue(count);
        json.WriteEndArray();
    }

    private static void WriteAttributes(Utf8JsonWriter json, IEnumerable<KeyValuePair<string, object>> attributes)
    {
        json.WriteStartObject("Attributes");
        foreach (var (key, value) in attributes.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            json.WriteString(key, Convert.ToString(value, CultureInfo.InvariantCulture));
        json.WriteEndObject();
    }

    /// <summary>What JSON has no number for is written as a text, so that one such value does not cost the whole export.</summary>
    private static void WriteNumber(Utf8JsonWriter json, string name, double value)
    {
        if (double.IsFinite(value)) json.WriteNumber(name, value);
        else json.WriteString(name, value.ToString(CultureInfo.InvariantCulture));
    }

    private static string Time(DateTimeOffset time) =>
        time.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
