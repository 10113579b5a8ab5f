using Kairos.Testing.Documents;

namespace Kairos.Extensions.AI.Tests.Docs;

public sealed class DocsSnippetTests
{
    [Fact]
    public void What_the_page_on_agents_shows_compiles_and_runs() =>
        Snippets.AssertAllStand("docs/agents.md", "tests/Kairos.Extensions.AI.Tests/Docs/AgentsSnippetSpecs.cs", 7);
}
