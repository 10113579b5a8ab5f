using Kairos.TestUtilities.Documents;

namespace Kairos.Extensions.Http.Tests.Docs;

public sealed class DocsSnippetTests
{
    [Fact]
    public void What_the_page_on_HTTP_shows_compiles_and_runs() =>
        Snippets.AssertAllStand("docs/http.md", 1, "tests/Kairos.Extensions.Http.Tests/Docs/HttpSnippetSpecs.cs");
}
