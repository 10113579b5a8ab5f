using Microsoft.Extensions.AI;

namespace KairosAgent.Tools;

/// <summary>
/// Names by which a model tells tools apart. Servers choose them without knowing each other, and of letters that providers refuse. A name that is
/// taken gets its server's in front. Not thread-safe.
/// </summary>
internal sealed class ToolNames(IEnumerable<string> taken)
{
    private const int MaxLength = 64; // as OpenAI has it
    private readonly HashSet<string> _taken = new(taken, StringComparer.Ordinal);

    /// <summary>A name for a tool, which is then taken.</summary>
    public string Take(string server, string tool)
    {
        foreach (var candidate in Candidates(server, tool))
        {
            if (_taken.Add(candidate)) return candidate;
        }

        return tool; // never here: the candidates do not end
    }

    private static IEnumerable<string> Candidates(string server, string tool)
    {
        yield return Valid(tool, "");
        yield return Valid($"{server}_{tool}", "");
        for (var number = 2; ; number++) yield return Valid($"{server}_{tool}", $"_{number}");
    }

    private static string Valid(string name, string end)
    {
        var letters = string.Concat(name.Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' ? letter : '_'));
        return letters[..Math.Min(letters.Length, MaxLength - end.Length)] + end;
    }
}

/// <summary>A tool by another name.</summary>
internal sealed class NamedFunction(AIFunction inner, string name) : DelegatingAIFunction(inner)
{
    public override string Name => name;
}
