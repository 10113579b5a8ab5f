namespace Kairos.Benchmarks.Results;

/// <summary>A line that got worse.</summary>
internal sealed record Regression(ResultLine Before, ResultLine Now)
{
    public override string ToString() => $"worse {Now.Name} {ResultLine.Format(Now.Value)} was {ResultLine.Format(Before.Value)}";
}

/// <summary>What an earlier run measured, to be compared with. Where a name stands more than once, the last counts.</summary>
internal sealed class Earlier(IEnumerable<string> text)
{
    private readonly Dictionary<string, ResultLine> _lines = text
        .Select(ResultLine.TryParse)
        .OfType<ResultLine>()
        .GroupBy(line => line.Name, StringComparer.Ordinal)
        .ToDictionary(group => group.Key, group => group.Last(), StringComparer.Ordinal);

    /// <summary>How many lines there are to compare with.</summary>
    public int Count => _lines.Count;

    /// <summary>The lines that are worse by more than a tenth. What was not measured then has nothing to be worse than.</summary>
    public IReadOnlyList<Regression> WorseIn(IEnumerable<ResultLine> lines, Func<string, Expectation> expectationOf) =>
        [.. from now in lines
            where _lines.ContainsKey(now.Name)
            let before = _lines[now.Name]
            where before.Unit == now.Unit && expectationOf(now.Name).IsWorse(before.Value, now.Value)
            select new Regression(before, now)];
}
