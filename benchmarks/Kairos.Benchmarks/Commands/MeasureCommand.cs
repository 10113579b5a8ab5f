using System.CommandLine;
using Kairos.Benchmarks.Measurements;
using Kairos.Benchmarks.Measuring;

namespace Kairos.Benchmarks.Commands;

/// <summary><c>measure NAME</c>: one row of the table in this process. <c>compare</c> starts it; a profiler may, too.</summary>
internal static class MeasureCommand
{
    public const string Name = "measure";
    public const string Quick = "--quick";

    public static Command Create()
    {
        var measurement = new Argument<string>("NAME").AcceptOnlyFromAmong([.. Catalogue.All.Select(one => one.Name)]);
        var quick = new Option<bool>(Quick) { Description = "A rough answer will do." };
        var command = new Command(Name, "Measures one row of the table.") { measurement, quick };
        command.Hidden = true;
        command.SetAction((parsed, _) => Task.Run(() => RunAsync(parsed.GetValue(measurement)!, new Pace(parsed.GetValue(quick)))));
        return command;
    }

    private static async Task<int> RunAsync(string name, Pace pace)
    {
        foreach (var line in await Catalogue.Find(name)!.RunAsync(pace, Console.Error)) await Console.Out.WriteLineAsync(line.ToString());
        return ExitCodes.Done;
    }
}
