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
        var command = new Command("replay", "Plays a journal in virtual time and prints every transition and the final state. " + ExitCodes.InWords) { File, Json };
        command.SetAction((parsed, cancellationToken) => Failures.HandleAsync(parsed, around => ReplayAsync(
            SettingsLoader.Load(parsed.GetValue(SharedOptions.Config), around.Variables),
            parsed.GetValue(File)!,
            parsed.GetValue(Json),
            around,
            cancellationToken)));
        return command;
    }

    private static async Task<int> ReplayAsync(EffectiveSettings settings, string path, bool json, Surroundings around, CancellationToken cancellationToken)
    {
        await using var journal = JournalSource.Open("FILE", path, around.Input);
        await using var stdout = new BufferedStream(around.Bytes());
        IReplayOutput output = json ? new JsonReplayOutput(stdout) : new TableReplayOutput(Tables.ConsoleOn(around.Output, Console.IsOutputRedirected));
        var engine = new ReplayEngine(settings.Kairos, output.Write);
        var clock = new JournalClock();
        var wrong = new WrongLines(path, around.Error);
        await foreach (var line in JournalReader.ReadAsync(journal, cancellationToken).ConfigureAwait(false))
        {
            try
            {
                if (line.Problem is not null) throw new JournalException(line.Problem);
                var moment = line.Event.At is { } at ? clock.MoveTo(at) : clock.Now;
                if (wrong.Count == 0) engine.AdvanceTo(moment); // behind a line that is missing a replay would tell what never happened
            }
            catch (JournalException fault)
            {
                wrong.Add(line.Number, fault.Message);
                continue;
            }

            if (line.Event.IsEnd) break;
            if (wrong.Count == 0) engine.Tell(line.Event.Message!);
        }

        if (wrong.Count > 0) return ExitCodes.BadJournal;
        output.WriteFinal(engine);
        return ExitCodes.Done;
    }
}
