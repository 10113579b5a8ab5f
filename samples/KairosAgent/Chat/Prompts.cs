using System.Runtime.CompilerServices;

namespace KairosAgent.Chat;

/// <summary>The prompts of somebody: a line each; those that are empty are passed over.</summary>
internal static class Prompts
{
    private const string Sign = "> ";
    private const string Exit = "/exit";

    /// <summary>From a file, all at once.</summary>
    public static IReadOnlyList<string> Of(TextReader file)
    {
        var prompts = new List<string>();
        while (file.ReadLine() is { } line)
        {
            if (!string.IsNullOrWhiteSpace(line)) prompts.Add(line.Trim());
        }

        return prompts;
    }

    /// <summary>From standard input, as they come; a person is shown when it is their turn.</summary>
    /// <param name="input">The input.</param>
    /// <param name="person">Where a person sees whose turn it is; null where there is none.</param>
    /// <param name="stopping">Ends the waiting for the next.</param>
    public static async IAsyncEnumerable<string> ReadAsync(
        TextReader input, TextWriter? person, [EnumeratorCancellation] CancellationToken stopping)
    {
        while (true)
        {
            person?.Write(Sign);
            person?.Flush();

            // A console cannot be read with a token: the reading is left behind on its thread, which ends with the program.
            var line = await Task.Run(input.ReadLine, CancellationToken.None).WaitAsync(stopping).ConfigureAwait(false);
            if (line is null) person?.WriteLine(); // Ctrl+D leaves the cursor behind the sign
            if (line is null || (person is not null && line.Trim() == Exit)) yield break;
            if (!string.IsNullOrWhiteSpace(line)) yield return line.Trim();
        }
    }
}
