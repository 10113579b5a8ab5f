using System.Text.RegularExpressions;

namespace Kairos.TestUtilities.Documents;

/// <summary>A document for people, taken apart.</summary>
internal sealed partial class MarkdownDocument(string path)
{
    public static readonly MarkdownDocument OperatingGuide = new("docs/operating.md");

    public string Text { get; } = Repository.Read(path);

    /// <summary>The contents of the fenced blocks in a language, without the indentation of lists.</summary>
    public IReadOnlyList<string> Blocks(string language) =>
    [
        .. Fences().Matches(Text).Where(block => block.Groups["language"].Value == language)
            .Select(block => string.Join('\n', block.Groups["text"].Value.TrimEnd().Split('\n').Select(line => line.Length < block.Groups["indent"].Length
                ? line
                : line[block.Groups["indent"].Length..]))),
    ];

    /// <summary>The names by which headings are linked to.</summary>
    public IReadOnlySet<string> Anchors => Headings().Matches(Fences().Replace(Text, ""))
        .Select(heading => NotInAnchors().Replace(heading.Groups["text"].Value.ToLowerInvariant(), "").Replace(' ', '-'))
        .ToHashSet();

    /// <summary>The cells of the rows of the table that has these headings.</summary>
    public IReadOnlyList<string[]> Table(params string[] headings)
    {
        var lines = Text.Split('\n').Select(Cells).ToList();
        var first = lines.FindIndex(cells => cells.SequenceEqual(headings));
        Assert.True(first >= 0, $"There is no table of {string.Join(", ", headings)}.");
        return [.. lines.Skip(first + 2).TakeWhile(cells => cells.Length > 0)];
    }

    /// <summary>What stands between backticks in a text.</summary>
    public static string[] Code(string text) => [.. Ticks().Matches(text).Select(code => code.Groups[1].Value)];

    private static string[] Cells(string line) => line.StartsWith('|') ? [.. line.Trim('|').Split(" | ").Select(cell => cell.Trim(' ', '|'))] : [];

    [GeneratedRegex(@"^(?<indent> *)```(?<language>[a-z]*)\n(?<text>.*?)^ *```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fences();

    [GeneratedRegex("^#+ (?<text>.*)$", RegexOptions.Multiline)]
    private static partial Regex Headings();

    [GeneratedRegex("[^a-z0-9 _-]")]
    private static partial Regex NotInAnchors();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Ticks();
}
