using System.CommandLine;
using Kairos.Errors;
using Kairos.Host.Configuration;

namespace Kairos.Host.Commands;

/// <summary><c>kairos config</c>: the effective settings.</summary>
internal static class ConfigCommand
{
    public static Command Create()
    {
        var command = new Command("config", "Prints the effective settings, each with where it came from. Secrets are not shown.");
        command.SetAction((parsed, _) => Failures.HandleAsync(parsed, around =>
        {
            Print(SettingsLoader.Load(parsed.GetValue(SharedOptions.Config), around.Variables), around);
            return Task.FromResult(ExitCodes.Done);
        }));
        return command;
    }

    private static void Print(EffectiveSettings settings, Surroundings around)
    {
        foreach (var warning in settings.Warnings) around.Error.WriteLine(warning);
        var lines = SettingsPrinter.List(settings).ToList();
        var width = lines.Max(line => line.Key.Length + line.Value.Length);
        foreach (var (key, value, origin) in lines) around.Output.WriteLine(Redaction.OneLine($"{$"{key} = {value}".PadRight(width + 3)}  # {origin}"));
    }
}
