using Kairos.TestUtilities;

namespace Kairos.Packages.Tests;

/// <summary>One <c>using</c> of ours is enough, telemetry and dependency injection included.</summary>
public sealed class OneUsingTests
{
    /// <summary>Each project with a public API, so that a new one is held to the rules as well.</summary>
    private static readonly string[] Listed =
        [.. Directory.EnumerateFiles(Repository.PathOf("src"), Shipped.PublicApi, SearchOption.AllDirectories).Select(file => Path.GetFileName(Path.GetDirectoryName(file)!))];

    public static TheoryData<string> Libraries => [.. Listed];

    [Theory]
    [InlineData("Agent")]
    [InlineData("Web")]
    [InlineData("Plain")]
    [InlineData("Tests")]
    public void A_program_needs_one_using_of_ours_and_names_no_namespace_of_ours(string consumer)
    {
        var code = Consumer.FilesOf(consumer).Where(file => file.EndsWith(".cs", StringComparison.Ordinal)).SelectMany(File.ReadLines)
            .Where(line => !line.Trim().StartsWith("// snippet: ", StringComparison.Ordinal));

        Assert.Equal(
            ["using Kairos;"],
            code.Where(line => line.Contains("Kairos;", StringComparison.Ordinal) || line.Contains("Kairos.", StringComparison.Ordinal)).Distinct());
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void All_public_types_stand_in_one_namespace_but_those_of_extension_methods_for_types_of_others(string library)
    {
        var types = Shipped.PublicTypes(library);

        Assert.NotEmpty(types);
        Assert.All(types, type => Assert.True(IsBeneathOurs(type) ? IsAtTheTop(type) : type.EndsWith("Extensions", StringComparison.Ordinal), type));

        bool IsAtTheTop(string type) => type.Count('.') == 1 || types.Contains(type[..type.LastIndexOf('.')]); // or nested in one that is
    }

    [Fact]
    public void No_name_of_a_public_type_stands_for_two()
    {
        var names = Listed.SelectMany(Shipped.PublicTypes).ToList();

        Assert.Equal(names.Distinct(), names);
    }

    private static bool IsBeneathOurs(string type) => type.StartsWith("Kairos.", StringComparison.Ordinal);
}
