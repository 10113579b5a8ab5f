using System.CommandLine;

namespace Kairos.Host.Commands;

/// <summary>What a command works with besides its arguments: the process's variables and streams, or those of a test.</summary>
internal sealed class Surroundings : InvocationConfiguration
{
    // The commands stop by themselves when they are told to; the library's own time limit would cut off what must not be lost.
    public Surroundings() => (ProcessTerminationTimeout, EnableDefaultExceptionHandler) = (null, false);

    public required IReadOnlyDictionary<string, string> Variables { get; init; }

    /// <summary>Opens standard input.</summary>
    public required Func<Stream> Input { get; init; }

    /// <summary>Whether standard input is something that may hold a journal: not a terminal.</summary>
    public required bool IsInputRedirected { get; init; }

    /// <summary>Opens standard output for an exporter, which is told when what it writes arrives nowhere.</summary>
    public required Func<Stream> Exports { get; init; }

    /// <summary>Sends what libraries print to the console to a writer.</summary>
    public required Action<TextWriter> RedirectLibraries { get; init; }

    /// <summary>Opens standard output for a command that writes bytes; <see cref="InvocationConfiguration.Output"/> is for words.</summary>
    public required Func<Stream> Bytes { get; init; }

    public static Surroundings Of(ParseResult parsed) => (Surroundings)parsed.InvocationConfiguration;
}
