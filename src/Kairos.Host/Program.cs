using System.CommandLine;
using Kairos.Host.Commands;
using Kairos.Host.Running;

Console.SetError(new LenientWriter(Console.Error));

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
    return ExitCodes.BadConfigurationOrArguments;
}

// The commands stop by themselves when they are told to; the library's own time limit would cut off what must not be lost.
return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false });
