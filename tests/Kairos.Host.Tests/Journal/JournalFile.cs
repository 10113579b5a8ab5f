using System.Text.Json;
using Kairos.TestUtilities.Collecting;

namespace Kairos.Host.Tests.Journal;

/// <summary>A journal of <c>config/journals</c>, added up here without any of the program's code.</summary>
internal sealed class JournalFile
{
    public static readonly string[] Names = ["llm-outage", "memory-flapping", "rate-limit"];

    private readonly List<JsonElement> _lines;

    public JournalFile(string name)
    {
        Path = System.IO.Path.Combine(AppContext.BaseDirectory, "journals", name + ".jsonl");
        _lines = [.. File.ReadLines(Path).Where(line => line.Length > 0).Select(line => JsonDocument.Parse(line).RootElement)];
    }

    public string Path { get; }

    public int LineCount => _lines.Count;

    public IEnumerable<string> Components => _lines
        .Where(line => line.TryGetProperty("component", out _))
        .Select(line => line.GetProperty("component").GetString()!)
        .Distinct();

    /// <summary>The totals that an export must end with: errors, and errors recovered, for each component, code and recoverable.</summary>
    public SortedDictionary<string, double> Totals()
    {
        var totals = new SortedDictionary<string, double>(StringComparer.Ordinal);
        foreach (var line in _lines)
        {
            var metric = line.GetProperty("event").GetString() switch
            {
                "error" => "kairos.errors.total",
                "recovered" => "kairos.errors.recovered",
                _ => null,
            };
            if (metric is null) continue;
            var key = MetricValues.KeyOf(metric,
            [
                ("component", line.GetProperty("component").GetString()!),
                ("error.code", line.GetProperty("code").GetString()!),
                ("recoverable", line.GetProperty("recoverable").GetBoolean() ? "true" : "false"),
            ]);
            totals[key] = totals.GetValueOrDefault(key) + CountOf(line);
        }

        return totals;
    }

    public int CountOf(string component, string what) => _lines
        .Where(line => line.GetProperty("event").GetString() == what && line.GetProperty("component").GetString() == component)
        .Sum(CountOf);

    private static int CountOf(JsonElement line) => line.TryGetProperty("count", out var count) ? count.GetInt32() : 1;
}
