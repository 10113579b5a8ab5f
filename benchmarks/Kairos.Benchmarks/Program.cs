using System.CommandLine;
using Kairos.Benchmarks.Commands;
using Kairos.Benchmarks.Hosts;

// The hosts whose start is timed do nothing before they start.
if (args is [HostPrograms.Empty]) return await HostPrograms.RunAsync(withKairos: false);
if (args is [HostPrograms.WithKairos]) return await HostPrograms.RunAsync(withKairos: true);

var root = new RootCommand("What Kairos costs, side by side with what one would use instead.")
{
    CompareCommand.Create(),
    MicroCommand.Create(),
    MeasureCommand.Create(),
};
var parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    foreach (var error in parsed.Errors) await Console.Error.WriteLineAsync(error.Message);
    return ExitCodes.BadArguments;
}

try
{
    return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (OperationCanceledException)
{
    return ExitCodes.Failed;
}
catch (Exception exception)
{
    await Console.Error.WriteLineAsync($"{exception.GetType().Name}: {exception.Message}");
    return ExitCodes.Failed;
}
