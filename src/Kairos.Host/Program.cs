using System.CommandLine;
using Kairos.Host.Commands;
using Kairos.Telemetry.Export;

// Nothing that people read may hold up the rest: see the writer. It is not disposed, because what is told late may not fail.
#pragma warning disable CA2000
var people = new QueuedWriter(new StreamWriter(StandardStreams.Error(), Console.OutputEncoding));
#pragma warning restore CA2000
Console.SetError(people);
if (!StandardStreams.IsOutputOpen) Console.SetOut(TextWriter.Null);

var root = new RootCommand("Kairos keeps an agent's language model, memory and tools honest about their health, and tells it by OpenTelemetry.")
{
    SharedOptions.Config,
    RunCommand.Events,
    RunCommand.Speed,
    RunCommand.Create(),
    ReplayCommand.Create(),
    ConfigCommand.Create(),
};
RunCommand.Configure(root);

var parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    // An option that two commands share is checked for each of them.
    foreach (var error in parsed.Errors.Select(error => error.Message).Distinct()) await Console.Error.WriteLineAsync(error);
    await Console.Error.WriteLineAsync("See kairos --help.");
    people.Drain();
    return ExitCodes.BadConfigurationOrArguments;
}

// The commands stop by themselves when they are told to; the library's own time limit would cut off what must not be lost.
var code = await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false });
people.Drain();
return code;
