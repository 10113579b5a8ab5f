using Kairos.TestUtilities.Documents;

namespace Kairos.Extensions.Grpc.Tests.Docs;

public sealed class DocsSnippetTests
{
    [Fact]
    public void What_the_page_on_gRPC_shows_compiles_and_runs() =>
        Snippets.AssertAllStand("docs/grpc.md", 2, "tests/Kairos.Extensions.Grpc.Tests/Docs/GrpcSnippetSpecs.cs");
}
