using Kairos.Configuration;
using Kairos.TestUtilities.Documents;

namespace Kairos.Testing.Tests.Docs;

/// <summary>What docs/testing.md says to those who test applications.</summary>
public sealed class GuideTests
{
    private const string Folder = "tests/Kairos.Testing.Tests/Docs/";
    private const string Guide = "docs/testing.md";

    [Fact]
    public void What_the_page_shows_compiles_and_runs() => Snippets.AssertAllStand(
        Guide, 5, Folder + "ResearcherTests.cs", Folder + "OrdersActorSpecs.cs", Folder + "StagingSnippetSpecs.cs");

    [Fact]
    public async Task The_faults_of_the_example_are_read_as_they_stand()
    {
        var example = Assert.Single(new MarkdownDocument(Guide).Blocks("hocon"));

        await using var kairos = KairosTest.Start(example, options => options.InjectFromSettings());
        await kairos.DrainAsync();

        Assert.Equal(3, kairos.Log.Count(line => line.StartsWith("Warning 15", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_table_has_exactly_the_keys_of_faults_with_their_defaults()
    {
        var rows = new MarkdownDocument(Guide).Table("key", "default", "");
        var keys = new FaultReader().Keys.Cast<Setting<Faults>>().ToList();

        Assert.Equal(keys.Select(key => $"`{key.Key}`"), rows.Select(row => row[0]));
        foreach (var (key, row) in keys.Zip(rows).Where(pair => pair.First.Key != "code"))
            Assert.Equal(key.Write(Faults.None) is { Length: > 0 } value ? $"`{value}`" : "none", row[1]);
    }

    [Fact]
    public void The_page_names_everything_that_tests_may_force_and_expect()
    {
        var text = new MarkdownDocument(Guide).Text;
        var methods = new[] { typeof(ComponentGuardTestingExtensions), typeof(KairosTestingExtensions), typeof(KairosOptionsTestingExtensions) }
            .SelectMany(type => type.GetMethods(System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.Static)).Select(method => method.Name).Distinct();

        Assert.All(methods, method => Assert.Contains(method, text, StringComparison.Ordinal));
    }
}
