using Kairos.Host.Commands;
using Kairos.Host.Configuration;
using Kairos.Telemetry.Export;

// Nothing that people read may hold up the rest: see the writer. It is not disposed, because what is told late may not fail.
#pragma warning disable CA2000
var people = new QueuedWriter(new StreamWriter(StandardStreams.Error(), Console.OutputEncoding));
#pragma warning restore CA2000
Console.SetError(people);
if (!StandardStreams.IsOutputOpen) Console.SetOut(TextWriter.Null);

var code = await CommandLine.RunAsync(args, new Surroundings
{
    Variables = Variables.OfProcess(),
    Input = StandardStreams.Input,
    IsInputRedirected = Console.IsInputRedirected,
    Exports = StandardStreams.Output,
    RedirectLibraries = Console.SetOut,
    Bytes = () => StandardStreams.IsOutputOpen ? Console.OpenStandardOutput() : Stream.Null, // takes a reader that has gone, such as head, for the end
    Output = Console.Out,
    Error = people,
});
people.Drain();
return code;
