namespace KairosAgent.Text;

/// <summary>What a model, a page or a server says must not command the terminal, nor turn what is read from left to right around.</summary>
internal static class Plain
{
    /// <summary>The text without control characters, apart from ends of lines and tabulators, and without those that change directions.</summary>
    public static string Of(string text) => text.Any(IsCommand) ? string.Concat(text.Where(letter => !IsCommand(letter))) : text;

    /// <summary>The same in one line.</summary>
    public static string LineOf(string text) => Of(text.ReplaceLineEndings(" ").Replace('\t', ' '));

    private static bool IsCommand(char letter) =>
        IsDirection(letter) || (char.IsControl(letter) && letter is not ('\n' or '\t'));

    /// <summary>Unicode's bidirectional controls (UAX 9).</summary>
    private static bool IsDirection(char letter) =>
        letter is '\u061C' or '\u200E' or '\u200F' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');
}
