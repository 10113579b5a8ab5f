using Kairos.TestUtilities.Documents;

namespace Kairos.Extensions.AI.Tests.Docs;

public sealed class DocsSnippetTests
{
    [Fact]
    public void What_the_page_on_agents_shows_compiles_and_runs() =>
        Snippets.AssertAllStand(
            "docs/agents.md",
            11,
            "tests/Kairos.Extensions.AI.Tests/Docs/AgentsSnippetSpecs.cs",
            "tests/Kairos.Extensions.AI.Tests/Docs/RoutesSnippetSpecs.cs",
            "tests/Kairos.Extensions.AI.Tests/Telemetry/ExportedTurnSpecs.cs");
}
