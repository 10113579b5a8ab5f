using System.Globalization;
using System.Text.Json;
using Kairos.TestUtilities.Collecting.Wire;

namespace Kairos.TestUtilities.Collecting;

/// <summary>
/// The values of one export, whatever exported them: by <c>name{key=value,…}</c>, keys in order, so that exports can be compared with each
/// other and with what a journal says.
/// </summary>
internal static class MetricValues
{
    public static SortedDictionary<string, double> Of(ExportMetricsServiceRequest request)
    {
        var values = new SortedDictionary<string, double>(StringComparer.Ordinal);
        foreach (var metric in request.ResourceMetrics.SelectMany(resource => resource.ScopeMetrics).SelectMany(scope => scope.Metrics))
        {
            foreach (var point in metric.Gauge?.DataPoints ?? metric.Sum?.DataPoints ?? [])
            {
                var attributes = point.Attributes.Select(attribute => (attribute.Key, attribute.Value.StringValue));
                var value = point.ValueCase == NumberDataPoint.ValueOneofCase.AsInt ? point.AsInt : point.AsDouble;
                values.Add(KeyOf(metric.Name, attributes), value);
            }
        }

        return values;
    }

    public static SortedDictionary<string, double> Of(JsonDocument export)
    {
        var values = new SortedDictionary<string, double>(StringComparer.Ordinal);
        var metrics = export.RootElement.GetProperty("ResourceMetrics").EnumerateArray()
            .SelectMany(resource => resource.GetProperty("ScopeMetrics").EnumerateArray())
            .SelectMany(scope => scope.GetProperty("Metrics").EnumerateArray());
        foreach (var metric in metrics)
        {
            var data = metric.EnumerateObject().Single(property => property.Name is "Sum" or "Gauge").Value;
            foreach (var point in data.GetProperty("DataPoints").EnumerateArray())
            {
                var attributes = point.GetProperty("Attributes").EnumerateObject().Select(attribute => (attribute.Name, attribute.Value.GetString()!));
                values.Add(KeyOf(metric.GetProperty("Name").GetString()!, attributes), point.GetProperty("Value").GetDouble());
            }
        }

        return values;
    }

    /// <summary>The JSON documents on a standard output that holds nothing else; one that is still being written is left out.</summary>
    public static IReadOnlyList<JsonDocument> Exports(string output)
    {
        var exports = new List<JsonDocument>();
        for (var (start, end) = (0, Next(0)); end > 0; (start, end) = (end, Next(end))) exports.Add(JsonDocument.Parse(output[start..end]));
        return exports;

        int Next(int from) => from < output.Length && output.IndexOf("\n}\n", from, StringComparison.Ordinal) is > 0 and var at ? at + 3 : -1;
    }

    /// <summary>The values of the last whole document on a standard output; none where there is no document yet.</summary>
    public static SortedDictionary<string, double> Last(string output)
    {
        var end = output.LastIndexOf("\n}\n", StringComparison.Ordinal);
        if (end < 0) return new SortedDictionary<string, double>(StringComparer.Ordinal);
        var start = output.LastIndexOf("\n}\n", end - 1, StringComparison.Ordinal) is > 0 and var before ? before + 3 : 0;
        return Of(JsonDocument.Parse(output[start..(end + 3)]));
    }

    public static string KeyOf(string metric, IEnumerable<(string Key, string Value)> attributes) => string.Create(
        CultureInfo.InvariantCulture,
        $"{metric}{{{string.Join(',', attributes.OrderBy(a => a.Key, StringComparer.Ordinal).Select(a => $"{a.Key}={a.Value}"))}}}");

    public static SortedDictionary<string, double> Only(this SortedDictionary<string, double> values, params string[] metrics) => new(
        values.Where(value => metrics.Any(metric => value.Key.StartsWith(metric + "{", StringComparison.Ordinal))).ToDictionary(),
        StringComparer.Ordinal);
}
