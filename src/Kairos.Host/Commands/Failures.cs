using Kairos.Host.Journal;
using Kairos.Hosting.Settings;

namespace Kairos.Host.Commands;

/// <summary>The edge of the program: every failure ends in a line that a person can act on and in its exit code, never in a stack trace.</summary>
internal static class Failures
{
    public static async Task<int> HandleAsync(Func<Task<int>> command)
    {
        try
        {
            return await command().ConfigureAwait(false);
        }
        catch (SettingsException exception)
        {
            foreach (var problem in exception.Problems) await Console.Error.WriteLineAsync(problem.ToString()).ConfigureAwait(false);
            return ExitCodes.BadConfigurationOrArguments;
        }
        catch (JournalException exception)
        {
            await Console.Error.WriteLineAsync(exception.Message).ConfigureAwait(false);
            return ExitCodes.BadJournal;
        }
        catch (Exception exception)
        {
            var message = exception.Message.ReplaceLineEndings(" ");
            await Console.Error.WriteLineAsync($"kairos failed: {exception.GetType().Name}: {message}").ConfigureAwait(false);
            return ExitCodes.FailedWhileRunning;
        }
    }
}
