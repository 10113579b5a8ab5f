using System.CommandLine;
using System.Runtime.ExceptionServices;

namespace Kairos.Host.Commands;

/// <summary>The edge of the program: every failure ends in a line that a person can act on and in its exit code, never in a stack trace.</summary>
internal static class Failures
{
    public static async Task<int> HandleAsync(ParseResult parsed, Func<Surroundings, Task<int>> command)
    {
        var around = Surroundings.Of(parsed);
        var hasRunOut = false;
        void Notice(object? _, FirstChanceExceptionEventArgs thrown) => hasRunOut |= thrown.Exception is OutOfMemoryException;
        AppDomain.CurrentDomain.FirstChanceException += Notice;
        try
        {
            var code = await command(around).ConfigureAwait(false);
            if (!hasRunOut) return code;

            // Whoever has caught it may have left something out: an export, a line, a count.
            await around.Error.WriteLineAsync("kairos failed: there was not enough memory; what was counted or exported may be incomplete").ConfigureAwait(false);
            return ExitCodes.FailedWhileRunning;
        }
        catch (SettingsException exception)
        {
            foreach (var problem in exception.Problems) await around.Error.WriteLineAsync(problem.ToString()).ConfigureAwait(false);
            return ExitCodes.BadConfigurationOrArguments;
        }
        catch (Exception exception)
        {
            var cause = hasRunOut ? "there was not enough memory; " : ""; // what was thrown behind that may not say so
            await around.Error.WriteLineAsync($"kairos failed: {cause}{exception.GetType().Name}: {exception.Message}").ConfigureAwait(false);
            return ExitCodes.FailedWhileRunning;
        }
        finally
        {
            AppDomain.CurrentDomain.FirstChanceException -= Notice;
        }
    }
}
