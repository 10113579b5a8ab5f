using System.Globalization;
using System.Text.Json;
using Kairos.TestUtilities.Collecting;

namespace Kairos.Host.Tests.RealParts.Otlp;

/// <summary>
/// Reads what the receiver tells. It decodes gRPC and http/protobuf by different libraries, which write whole numbers of 64 bits in different
/// ways: as a number, as a text, or as two halves.
/// </summary>
internal static class OtlpContent
{
    private const int Cumulative = 2;

    /// <summary>All elements of a path of arrays, for example <c>resourceLogs</c>, <c>scopeLogs</c>, <c>logRecords</c>. Protobuf has no empty ones.</summary>
    public static IEnumerable<JsonElement> All(this IEnumerable<JsonElement> requests, params string[] path) => path.Aggregate(
        requests, (elements, name) => elements.SelectMany(element => element.TryGetProperty(name, out var array) ? array.EnumerateArray() : []));

    public static IEnumerable<JsonElement> Metrics(this IEnumerable<JsonElement> requests) =>
        requests.All("resourceMetrics", "scopeMetrics", "metrics");

    /// <summary>The kind and the unit of each metric, by its name.</summary>
    public static SortedDictionary<string, string> Instruments(JsonElement request) => new(
        new[] { request }.Metrics().ToDictionary(Name, metric => $"{KindOf(metric)} {metric.GetProperty("unit").GetString()}".TrimEnd()),
        StringComparer.Ordinal);

    /// <summary>The values of one export, by <c>name{key=value,…}</c>.</summary>
    public static SortedDictionary<string, double> Values(JsonElement request)
    {
        var values = new SortedDictionary<string, double>(StringComparer.Ordinal);
        foreach (var metric in new[] { request }.Metrics())
        {
            foreach (var point in new[] { Data(metric) }.All("dataPoints"))
            {
                var value = point.TryGetProperty("asInt", out var whole) ? Number(whole) : point.GetProperty("asDouble").GetDouble();
                values.Add(MetricValues.KeyOf(Name(metric), Attributes(point)), value);
            }
        }

        return values;
    }

    public static IEnumerable<(string Key, string Value)> Attributes(JsonElement element) =>
        element.GetProperty("attributes").EnumerateObject().Select(attribute => (attribute.Name, attribute.Value.ToString()));

    public static string Attribute(this JsonElement element, string name) => element.GetProperty("attributes").GetProperty(name).ToString();

    public static long Number(JsonElement number) => number.ValueKind switch
    {
        JsonValueKind.Number => number.GetInt64(),
        JsonValueKind.String => long.Parse(number.GetString()!, CultureInfo.InvariantCulture),
        _ => (number.GetProperty("high").GetInt64() << 32) | (uint)number.GetProperty("low").GetInt32(),
    };

    private static string Name(JsonElement metric) => metric.GetProperty("name").GetString()!;

    private static JsonElement Data(JsonElement metric) =>
        metric.TryGetProperty("sum", out var sum) ? sum : metric.TryGetProperty("gauge", out var gauge) ? gauge : metric.GetProperty("histogram");

    private static string KindOf(JsonElement metric)
    {
        if (!metric.TryGetProperty("sum", out var sum)) return metric.TryGetProperty("gauge", out _) ? "gauge" : "histogram";
        Assert.True(sum.GetProperty("isMonotonic").GetBoolean());
        Assert.Equal(Cumulative, sum.GetProperty("aggregationTemporality").GetInt32());
        return "counter";
    }
}
