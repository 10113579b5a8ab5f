namespace Kairos.TestUtilities.Documents;

/// <summary>
/// The code that documents show compiles and runs: each snippet stands, line for line, in a file that does. In a document it is between
/// <c>&lt;!-- snippet: name --&gt;</c> and <c>&lt;!-- /snippet --&gt;</c>, in the file between <c>// snippet: name</c> and <c>// end</c>.
/// </summary>
internal static class Snippets
{
    private const string Fence = "```";

    /// <summary>One snippet of a document stands in a file.</summary>
    public static void AssertStands(string document, string name, string file)
    {
        Assert.NotEmpty(InFile(file)[name]);
        Assert.Equal(InFile(file)[name], InDocument(document)[name]);
    }

    /// <summary>All the C# that a document shows are snippets, so many, and they and no others stand in the files.</summary>
    public static void AssertAllStand(string document, int count, params string[] files)
    {
        Assert.Equal(count, InDocument(document).Count);
        var standing = files.SelectMany(file => InFile(file).Keys.Select(name => (Name: name, File: file))).ToList();
        Assert.Equal(standing.Select(snippet => snippet.Name).Order(), InDocument(document).Keys.Order());
        Assert.All(standing, snippet => AssertStands(document, snippet.Name, snippet.File));

        var lines = LinesOf(document);
        var code = lines.Index().Where(line => line.Item == Fence + "csharp").ToList();
        Assert.Equal(count, code.Count);
        Assert.All(code, line => Assert.StartsWith("<!-- snippet: ", lines[line.Index - 1], StringComparison.Ordinal));
    }

    /// <summary>The snippets that a document shows, by their names.</summary>
    public static Dictionary<string, string[]> InDocument(string path) => Between(path, "<!-- snippet: ", " -->", "<!-- /snippet -->");

    private static Dictionary<string, string[]> InFile(string path) => Between(path, "// snippet: ", "", "// end");

    private static Dictionary<string, string[]> Between(string path, string begin, string beginEnd, string end)
    {
        var lines = LinesOf(path);
        return lines.Index()
            .Where(line => line.Item.StartsWith(begin, StringComparison.Ordinal))
            .ToDictionary(
                line => line.Item[begin.Length..^beginEnd.Length],
                line => lines.Skip(line.Index + 1).TakeWhile(text => text != end).Where(text => !text.StartsWith(Fence, StringComparison.Ordinal)).ToArray());
    }

    private static List<string> LinesOf(string path) => [.. File.ReadLines(Repository.PathOf(path)).Select(line => line.Trim())];
}
