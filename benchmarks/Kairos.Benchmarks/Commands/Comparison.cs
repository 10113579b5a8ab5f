using Kairos.Benchmarks.Measurements;
using Kairos.Benchmarks.Measuring;
using Kairos.Benchmarks.Results;

namespace Kairos.Benchmarks.Commands;

/// <summary>Measures, each row in processes of its own, and takes the median where a row has more than one.</summary>
internal sealed class Comparison(Pace pace, TextWriter output, TextWriter log)
{
    private static readonly TimeProvider Time = TimeProvider.System;

    /// <summary>Measures rows; each line is printed as soon as it is known.</summary>
    public async Task<IReadOnlyList<ResultLine>> RunAsync(IReadOnlyList<Measurement> rows, CancellationToken cancellationToken)
    {
#if DEBUG
        await log.WriteLineAsync("This is a debug build: its figures say nothing. Use -c Release.");
#endif
        var begin = Time.GetTimestamp();
        var lines = new List<ResultLine>();
        var unsure = new List<(Measurement Row, IReadOnlyList<ResultLine> Lines)>();
        foreach (var row in rows)
        {
            var once = await MeasureAsync(row, cancellationToken);
            if (pace.IsQuick || row.Processes == 1) lines.AddRange(await PrintAsync(once));
            else unsure.Add((row, once));
        }

        foreach (var (row, once) in unsure)
        {
            var again = Time.GetElapsedTime(begin) < pace.Budget ? await MeasureAsync(row, cancellationToken) : [];
            lines.AddRange(await PrintAsync([.. Merge(once.Concat(again))]));
        }

        return lines;
    }

    /// <summary>Measures once more what seems to have got worse: what is worse both times is worse.</summary>
    public async Task<IReadOnlyList<Regression>> ConfirmAsync(
        IReadOnlyList<Regression> suspects, Earlier earlier, CancellationToken cancellationToken)
    {
        var confirmed = new List<Regression>();
        var names = suspects.Select(suspect => suspect.Now.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var row in Catalogue.All.Where(row => row.Lines.Any(line => names.Contains(line.Name))))
        {
            await log.WriteLineAsync($"{row.Name} seems to have got worse; it is measured once more");
            var again = await MeasureAsync(row, cancellationToken);
            confirmed.AddRange(earlier.WorseIn(again, Catalogue.ExpectationOf).Where(regression => names.Contains(regression.Now.Name)));
        }

        return confirmed;
    }

    private async Task<IReadOnlyList<ResultLine>> MeasureAsync(Measurement row, CancellationToken cancellationToken)
    {
        string[] arguments = [MeasureCommand.Name, row.Name, .. pace.IsQuick ? [MeasureCommand.Quick] : Array.Empty<string>()];
        var begin = Time.GetTimestamp();
        var written = await SelfProcess.RunAsync(arguments, cancellationToken);
        await log.WriteLineAsync($"  {row.What} ({Time.GetElapsedTime(begin).TotalSeconds:n1} s)");
        var lines = written.Select(ResultLine.TryParse).OfType<ResultLine>().ToList();
        var missing = row.Lines.Select(line => line.Name).Except(lines.Select(line => line.Name)).ToList();
        return missing.Count == 0 ? lines : throw new InvalidOperationException($"{row.Name} gave no {string.Join(", ", missing)}.");
    }

    private static IEnumerable<ResultLine> Merge(IEnumerable<ResultLine> lines) => lines
        .GroupBy(line => line.Name, StringComparer.Ordinal)
        .Select(group => group.First() with { Value = Median.Of(group.Select(line => line.Value)) });

    private async Task<IReadOnlyList<ResultLine>> PrintAsync(IReadOnlyList<ResultLine> lines)
    {
        foreach (var line in lines)
        {
            await output.WriteLineAsync(line.ToString());
            var expectation = Catalogue.ExpectationOf(line.Name);
            if (expectation.IsKept(line.Value) == false) await log.WriteLineAsync($"  {line.Name} must be {expectation}, and is not");
        }

        return lines;
    }
}
