using System.CommandLine;
using Kairos.Benchmarks.Measurements;
using Kairos.Benchmarks.Measuring;
using Kairos.Benchmarks.Results;

namespace Kairos.Benchmarks.Commands;

/// <summary><c>compare</c>: the whole table, as lines that a script can read; progress and explanations go to standard error.</summary>
internal static class CompareCommand
{
    private static readonly Option<bool> Quick = new(MeasureCommand.Quick) { Description = "Takes less than a minute instead of two, is less exact, and leaves out rows that are not of the table." };

    private static readonly Option<FileInfo> Against = new Option<FileInfo>("--against")
    {
        Description = "An earlier output. Prints the lines that are worse by more than a tenth, and ends with exit code 1 if there are any.",
        HelpName = "FILE",
    }.AcceptExistingOnly();

    private static readonly Option<string[]> Only = new Option<string[]>("--only")
    {
        Description = "Measures some rows of the table only.",
        HelpName = "NAME",
        AllowMultipleArgumentsPerToken = true,
    }.AcceptOnlyFromAmong([.. Catalogue.All.Select(measurement => measurement.Name)]);

    public static Command Create()
    {
        var command = new Command("compare", "Measures Kairos side by side with what one would use instead, and prints ratios and figures.")
        {
            Quick, Against, Only,
        };
        command.SetAction((parsed, cancellationToken) =>
            RunAsync(new Pace(parsed.GetValue(Quick)), parsed.GetValue(Against), parsed.GetValue(Only) ?? [], cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(Pace pace, FileInfo? against, string[] only, CancellationToken cancellationToken)
    {
        var earlier = against is null ? null : new Earlier(await File.ReadAllLinesAsync(against.FullName, cancellationToken));
        if (earlier is { Count: 0 })
        {
            await Console.Error.WriteLineAsync($"{against}: there is no line 'ratio NAME VALUE' or 'figure NAME VALUE UNIT' in it");
            return ExitCodes.BadArguments;
        }

        var chosen = Catalogue.All.Where(row => only.Length == 0 ? !(pace.IsQuick && row.IsExtra) : only.Contains(row.Name)).ToList();
        var comparison = new Comparison(pace, Console.Out, Console.Error);
        var lines = await comparison.RunAsync(chosen, cancellationToken);
        if (earlier is null) return ExitCodes.Done;
        var worse = await comparison.ConfirmAsync(earlier.WorseIn(lines, Catalogue.ExpectationOf), earlier, cancellationToken);
        foreach (var regression in worse) await Console.Out.WriteLineAsync(regression.ToString());
        return worse.Count == 0 ? ExitCodes.Done : ExitCodes.GotWorse;
    }
}
