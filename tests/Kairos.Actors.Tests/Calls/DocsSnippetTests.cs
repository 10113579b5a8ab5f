using Kairos.TestUtilities.Documents;

namespace Kairos.Tests.Calls;

/// <summary>What the documents show compiles and runs: each snippet stands, line for line, in a test.</summary>
public sealed class DocsSnippetTests
{
    [Theory]
    [InlineData("README.md", "embed", "Kairos.Actors.Tests/Calls/EmbedSnippetSpecs.cs")]
    [InlineData("docs/calls.md", "calls", "Kairos.Actors.Tests/Calls/CallsSnippetSpecs.cs")]
    [InlineData("docs/calls.md", "injected", "Kairos.Actors.Tests/Calls/InjectedSnippetSpecs.cs")]
    [InlineData("docs/calls.md", "classify", "Kairos.Actors.Tests/Calls/ClassifySnippetSpecs.cs")]
    [InlineData("docs/limits.md", "rate", "Kairos.Actors.Tests/Calls/RateSnippetSpecs.cs")]
    [InlineData("docs/operating.md", "hosted", "Kairos.Telemetry.Tests/EmbeddingTests.cs")]
    [InlineData("docs/operating.md", "init", "Kairos.Telemetry.Tests/EmbeddingTests.cs")]
    public void A_snippet_stands_in_a_test_line_for_line(string document, string name, string test) =>
        Snippets.AssertStands(document, name, $"tests/{test}");
}
