using System.CommandLine;
using BenchmarkDotNet.Running;

namespace Kairos.Benchmarks.Commands;

/// <summary><c>micro</c>: BenchmarkDotNet, with its own options behind it.</summary>
internal static class MicroCommand
{
    public static Command Create()
    {
        var rest = new Argument<string[]>("OPTIONS") { Description = "BenchmarkDotNet's options, for example --filter '*Closed*' or --list flat." };
        var command = new Command("micro", "Runs the micro-benchmarks with BenchmarkDotNet.") { rest };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(parsed =>
        {
            string[] options = [.. parsed.GetValue(rest) ?? [], .. parsed.UnmatchedTokens];
            var summaries = BenchmarkSwitcher.FromAssembly(typeof(MicroCommand).Assembly).Run(options);
            return summaries.Any(summary => summary.HasCriticalValidationErrors || summary.Reports.Any(report => !report.Success))
                ? ExitCodes.Failed
                : ExitCodes.Done;
        });
        return command;
    }
}
