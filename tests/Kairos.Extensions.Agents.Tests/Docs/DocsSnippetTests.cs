using Kairos.TestUtilities.Documents;

namespace Kairos.Extensions.Agents.Tests.Docs;

public sealed class DocsSnippetTests
{
    [Fact]
    public void What_the_page_on_agents_shows_compiles_and_runs() =>
        Snippets.AssertAllStand("docs/agent-framework.md", 1, "tests/Kairos.Extensions.Agents.Tests/Docs/AgentSnippetSpecs.cs");
}
