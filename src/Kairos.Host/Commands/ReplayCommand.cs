using System.CommandLine;
using Kairos.Host.Configuration;
using Kairos.Host.Journal;
using Kairos.Host.Replay;
using Kairos.Host.Running;

namespace Kairos.Host.Commands;

/// <summary><c>kairos replay</c>: a journal in virtual time.</summary>
internal static class ReplayCommand
{
    private static readonly Argument<string> File = new("FILE") { Description = "The journal, or - for standard input." };
    private static readonly Option<bool> Json = new("--json") { Description = "Prints JSON Lines instead of a table." };

    public static Command Create()
    {
        var command = new Command("replay", "Plays a journal in virtual time and prints every transition and the final state.") { File, Json };
        command.SetAction((parsed, cancellation) => Failures.HandleAsync(() => ReplayAsync(
            SettingsLoader.Load(parsed.GetValue(SharedOptions.Config), Variables.OfProcess()),
            parsed.GetValue(File)!,
            parsed.GetValue(Json),
            cancellation)));
        return command;
    }

    private static async Task<int> ReplayAsync(EffectiveSettings settings, string path, bool json, CancellationToken cancellation)
    {
        await using var journal = JournalSource.Open("FILE", path);
        await using var stdout = new BufferedStream(Console.OpenStandardOutput());
        IReplayOutput output = json ? new JsonReplayOutput(stdout) : new TableReplayOutput(Tables.ConsoleOn(Console.Out, Console.IsOutputRedirected));
        var engine = new ReplayEngine(settings.Kairos, output.Write);
        var clock = new JournalClock();
        await foreach (var line in JournalReader.ReadAsync(journal, cancellation).ConfigureAwait(false))
        {
            try
            {
                if (line.Fault is not null) throw new JournalException(line.Fault);
                if (line.Event.At is { } at) engine.AdvanceTo(clock.MoveTo(at));
            }
            catch (JournalException fault)
            {
                throw new JournalException($"{path}:{line.Number}: {fault.Message}");
            }

            if (line.Event.IsEnd) break;
            engine.Tell(line.Event.Message!);
        }

        output.WriteFinal(engine);
        return ExitCodes.Done;
    }
}
