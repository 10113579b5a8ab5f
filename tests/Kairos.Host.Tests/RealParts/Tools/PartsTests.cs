using System.Text.RegularExpressions;
using System.Xml.Linq;
using Kairos.TestUtilities;

namespace Kairos.Host.Tests.RealParts.Tools;

/// <summary>Every test runs in <c>.ci/run</c> once: by the README's command, or among the real parts.</summary>
public sealed partial class PartsTests
{
    private const string Left = $"{Parts.Trait}!={Parts.Real}";
    private const string Added = $"{Parts.Trait}={Parts.Real}";

    [Fact]
    public void What_a_plain_run_leaves_out_is_what_CI_adds()
    {
        var filter = XDocument.Parse(Repository.Read("tests/Directory.Build.props")).Descendants("VSTestTestCaseFilter").Single().Value;
        var filters = Filter().Matches(Repository.Read(".ci/run")).Select(match => match.Groups[1].Value);
        var command = Repository.Read("README.md").Split('\n').First(line => line.StartsWith("dotnet test", StringComparison.Ordinal));

        Assert.Equal(Left, filter);
        Assert.Equal([Added], filters);
        Assert.Equal("dotnet test", command); // with the filter that it has by itself
    }

    [Fact]
    public void A_test_is_marked_by_the_one_trait_there_is()
    {
        var traits = Directory.EnumerateFiles(Repository.PathOf("tests"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(file => Trait().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value)).ToList();

        Assert.NotEmpty(traits);
        Assert.All(traits, arguments => Assert.Equal("Parts.Trait, Parts.Real", arguments));
    }

    [GeneratedRegex(@"--filter (\S+)")]
    private static partial Regex Filter();

    [GeneratedRegex(@"^\s*\[Trait\((.*)\)\]", RegexOptions.Multiline)]
    private static partial Regex Trait();
}
