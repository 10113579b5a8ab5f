using System.CommandLine;

namespace Kairos.Host.Commands;

/// <summary>All that the program understands.</summary>
internal static class CommandLine
{
    private static readonly RootCommand Root = Create();

    public static async Task<int> RunAsync(string[] arguments, Surroundings surroundings)
    {
        var parsed = Root.Parse(arguments);
        if (parsed.Errors.Count == 0) return await parsed.InvokeAsync(surroundings).ConfigureAwait(false);

        // An option that two commands share is checked for each of them.
        foreach (var error in parsed.Errors.Select(error => error.Message).Distinct()) await surroundings.Error.WriteLineAsync(error).ConfigureAwait(false);
        await surroundings.Error.WriteLineAsync("See kairos --help.").ConfigureAwait(false);
        return ExitCodes.BadConfigurationOrArguments;
    }

    private static RootCommand Create()
    {
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
        return root;
    }
}
