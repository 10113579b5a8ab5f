using System.Text;

namespace KairosAgent.Settings;

/// <summary>
/// Looks at a text before Akka's parser does, which takes brackets and strings that are not closed in silence, and does not come back from
/// substitutions that it cannot resolve nor from sections that are nested very deeply.
/// </summary>
internal static class HoconText
{
    private const int MaxDepth = 64;

    /// <summary>What is wrong with a text, and in which line; null for nothing.</summary>
    /// <param name="text">The text.</param>
    /// <param name="readable">The text as the parser can read it: without commas behind sections, which it does not know.</param>
    public static (int Line, string Fault)? FaultIn(string text, out string readable)
    {
        var (written, open, line, isAfterSection) = (new StringBuilder(text), new Stack<(char Bracket, int Line)>(), 1, false);
        readable = text;
        for (var at = 0; at < text.Length;)
        {
            var rest = text.AsSpan(at);
            if (LengthOfComment(rest) is > 0 and var comment)
            {
                at += comment;
                continue;
            }

            if (rest.StartsWith("${")) return (line, "substitutions are not supported; write the value itself, or set its variable");
            if (!Follow(rest[0], open, line)) return (line, $"'{rest[0]}' closes nothing, or is nested too deeply");
            if (rest[0] == ',' && isAfterSection && !(open.TryPeek(out var around) && around.Bracket == '[')) written[at] = ' ';
            if (!char.IsWhiteSpace(rest[0])) isAfterSection = rest[0] == '}';
            if (LengthOfString(rest) is not { } length) return (line, "a string is not closed");
            line += rest[..length].Count('\n');
            at += length;
        }

        readable = written.ToString();
        return open.TryPeek(out var last) ? (last.Line, $"'{last.Bracket}' is not closed") : null;
    }

    private static bool Follow(char letter, Stack<(char Bracket, int Line)> open, int line)
    {
        if (letter is '{' or '[') open.Push((letter, line));
        return letter is '}' or ']' ? open.TryPop(out var opened) && opened.Bracket == (letter == '}' ? '{' : '[') : open.Count <= MaxDepth;
    }

    private static int LengthOfComment(ReadOnlySpan<char> rest) =>
        rest[0] != '#' && !rest.StartsWith("//") ? 0
        : rest.IndexOf('\n') is var end && end < 0 ? rest.Length
        : end;

    /// <summary>The length of a string with its quotes, or of a single letter; null for a string that is not closed.</summary>
    private static int? LengthOfString(ReadOnlySpan<char> rest)
    {
        if (rest[0] != '"') return 1;
        const string Quotes = "\"\"\"";
        if (rest.StartsWith(Quotes)) return rest[3..].IndexOf(Quotes) is >= 0 and var end ? end + 6 : null;
        for (var at = 1; at < rest.Length && rest[at] != '\n'; at++)
        {
            if (rest[at] == '"') return at + 1;
            if (rest[at] == '\\') at++;
        }

        return null;
    }
}
