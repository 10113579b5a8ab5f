using System.Text.Json;
using Kairos.TestUtilities;
using Kairos.TestUtilities.Documents;

namespace Kairos.Host.Tests.RealParts.Scraping;

/// <summary>The queries in what operators are given: dashboards and the operating guide.</summary>
internal static class OperatorsExpressions
{
    /// <summary>The queries of a dashboard's panels and annotations, with Grafana's variables replaced as Grafana would, for all components.</summary>
    public static IReadOnlyList<string> OfDashboard(string path) =>
    [
        .. Find(JsonDocument.Parse(Repository.Read(path)).RootElement)
            .Select(expression => expression.Replace("$__range", "15m", StringComparison.Ordinal).Replace("$component", ".+", StringComparison.Ordinal)),
    ];

    /// <summary>The queries of a document.</summary>
    public static IReadOnlyList<string> OfDocument(MarkdownDocument document) => document.Blocks("promql");

    private static IEnumerable<string> Find(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(property =>
            property is { Name: "expr", Value.ValueKind: JsonValueKind.String } ? [property.Value.GetString()!] : Find(property.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Find),
        _ => [],
    };
}
