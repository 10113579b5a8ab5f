using System.CommandLine;

namespace Kairos.Host.Commands;

/// <summary>All that the program understands.</summary>
internal static class CommandLine
{
    private static readonly RootCommand Root = Create();

    /// <summary>Runs a command to its end.</summary>
    /// <param name="arguments">What was typed.</param>
    /// <param name="surroundings">What the command works with.</param>
    /// <param name="stop">Tells a command to stop as a signal does.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] arguments, Surroundings surroundings, CancellationToken stop = default)
    {
        var parsed = Root.Parse(arguments);
        if (parsed.Errors.Count == 0) return await parsed.InvokeAsync(surroundings, stop).ConfigureAwait(false);

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

/// <summary>What all commands understand.</summary>
internal static class SharedOptions
{
    public static readonly Option<string?> Config = new("--config", "-c")
    {
        Description = "The configuration file. Default: config/kairos.conf in the working folder or beside the program, where there is one.",
        HelpName = "FILE",
        Recursive = true,
    };
}
