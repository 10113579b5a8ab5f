using Kairos.TestUtilities.Documents;

namespace Kairos.Extensions.Polly.Tests.Docs;

public sealed class DocsSnippetTests
{
    [Fact]
    public void What_the_page_on_Polly_shows_compiles_and_runs() =>
        Snippets.AssertAllStand("docs/polly.md", 2, "tests/Kairos.Extensions.Polly.Tests/Docs/PollySnippetSpecs.cs");
}
