namespace Kairos.Extensions.Polly.Tests.Docs;

/// <summary>What docs/polly.md shows compiles and runs: each snippet stands, line for line, in a test.</summary>
public sealed class DocsSnippetTests
{
    [Fact]
    public void Every_snippet_stands_in_a_test_line_for_line()
    {
        var shown = SnippetsOf(Path.Combine(Root, "docs/polly.md"), "<!-- snippet: ", " -->", "<!-- /snippet -->");
        var compiled = SnippetsOf(Path.Combine(Root, "tests/Kairos.Extensions.Polly.Tests/Docs/PollySnippetSpecs.cs"), "// snippet: ", "", "// end");

        Assert.Equal(compiled.Keys.Order(), shown.Keys.Order());
        Assert.Equal(2, shown.Count);
        Assert.All(shown, snippet => Assert.Equal(compiled[snippet.Key], snippet.Value));
    }

    [Fact]
    public void All_code_that_is_shown_is_such_a_snippet()
    {
        var lines = File.ReadAllLines(Path.Combine(Root, "docs/polly.md"));

        var fences = lines.Index().Where(line => line.Item == "```csharp").ToList();

        Assert.NotEmpty(fences);
        Assert.All(fences, fence => Assert.StartsWith("<!-- snippet: ", lines[fence.Index - 1], StringComparison.Ordinal));
    }

    private static string Root
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Kairos.Actors.sln"))) folder = folder.Parent;
            return folder?.FullName ?? throw new DirectoryNotFoundException("the solution is not above the tests");
        }
    }

    private static Dictionary<string, string[]> SnippetsOf(string file, string begin, string beginEnd, string end)
    {
        var lines = File.ReadAllLines(file).Select(line => line.Trim()).ToList();
        return lines.Index()
            .Where(line => line.Item.StartsWith(begin, StringComparison.Ordinal))
            .ToDictionary(
                line => line.Item[begin.Length..^beginEnd.Length],
                line => lines.Skip(line.Index + 1).TakeWhile(text => text != end).Where(text => !text.StartsWith("```", StringComparison.Ordinal)).ToArray());
    }
}
