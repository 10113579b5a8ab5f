using System.CommandLine;
using KairosAgent.Running;

Console.SetError(new LenientWriter(Console.Error));

var parsed = ChatCommand.Create().Parse(args);
if (parsed.Errors.Count > 0)
{
    foreach (var error in parsed.Errors) await Console.Error.WriteLineAsync(error.Message);
    await Console.Error.WriteLineAsync("See kairos-agent --help.");
    return ExitCodes.BadConfigurationOrArguments;
}

// It stops by itself when it is told to; the library's own time limit would cut off what must not be lost.
return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false });
