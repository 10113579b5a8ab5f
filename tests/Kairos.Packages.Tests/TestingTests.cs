using Kairos.TestUtilities;

namespace Kairos.Packages.Tests;

/// <summary>A test project of somebody else's, with the tests that the documents show.</summary>
[Collection(Packed.Name)]
[Trait(Parts.Trait, Parts.Real)]
public sealed class TestingTests(PackageFeed feed)
{
    [Fact]
    public async Task The_tests_that_the_documents_show_pass_in_a_project_of_their_own()
    {
        var folder = await Consumer.BuildAsync(feed, "Tests", SnippetProgram.Filled);

        var told = await Command.DotnetAsync(folder, "test", "out/Tests.dll");

        Assert.Matches("Passed! +- Failed: +0, Passed: +7, Skipped: +0, Total: +7", told);
    }
}
