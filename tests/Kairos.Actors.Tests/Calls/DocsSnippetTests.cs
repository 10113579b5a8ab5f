namespace Kairos.Tests.Calls;

/// <summary>What the documents show compiles and runs: each snippet stands, line for line, in a test.</summary>
public sealed class DocsSnippetTests
{
    [Theory]
    [InlineData("README.md", "embed", "Kairos.Actors.Tests/Calls/EmbedSnippetSpecs.cs")]
    [InlineData("docs/calls.md", "calls", "Kairos.Actors.Tests/Calls/CallsSnippetSpecs.cs")]
    [InlineData("docs/calls.md", "classify", "Kairos.Actors.Tests/Calls/ClassifySnippetSpecs.cs")]
    [InlineData("docs/operating.md", "hosted", "Kairos.Telemetry.Tests/EmbeddingTests.cs")]
    [InlineData("docs/operating.md", "init", "Kairos.Telemetry.Tests/EmbeddingTests.cs")]
    public void A_snippet_stands_in_a_test_line_for_line(string document, string name, string test)
    {
        var shown = Between(Path.Combine(Root, document), $"<!-- snippet: {name} -->", "<!-- /snippet -->")
            .Where(line => !line.StartsWith("```", StringComparison.Ordinal));
        var compiled = Between(Path.Combine(Root, "tests", test), $"// snippet: {name}", "// end");

        Assert.Equal(compiled, shown);
        Assert.NotEmpty(compiled);
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

    private static IEnumerable<string> Between(string file, string begin, string end) => File.ReadLines(file)
        .Select(line => line.Trim()).SkipWhile(line => line != begin).Skip(1).TakeWhile(line => line != end);
}
