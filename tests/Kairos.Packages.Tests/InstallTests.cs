using Kairos.TestUtilities;
using Kairos.TestUtilities.Documents;

namespace Kairos.Packages.Tests;

/// <summary>A new project, made as the README says.</summary>
[Collection(Packed.Name)]
[Trait(Parts.Trait, Parts.Real)]
public sealed class InstallTests(PackageFeed feed)
{
    [Fact]
    public async Task The_first_program_of_the_README_runs_in_a_new_project()
    {
        var folder = feed.NewFolder("first");
        await Command.DotnetAsync(folder, "new", "console", "--no-restore");
        await Command.DotnetAsync(folder, InstallCommand("README.md"));
        await File.WriteAllLinesAsync(Path.Combine(folder, "Program.cs"), Snippets.InDocument("README.md")["install"]);

        var lines = (await Command.DotnetAsync(folder, "run")).Split('\n').Select(line => line.TrimEnd());

        Assert.Equal(["1: Failure, the circuit is Open", "2: Rejected, the circuit is Open"], lines.Where(line => line.Contains("the circuit is", StringComparison.Ordinal)));
        Assert.True(Directory.Exists(Path.Combine(feed.Restored, "kairos.actors", Shipped.Version)));
    }

    [Theory]
    [InlineData("Kairos.Actors")]
    [InlineData("Kairos.Telemetry")]
    [InlineData("Kairos.Extensions.AI")]
    [InlineData("Kairos.Extensions.Agents")]
    [InlineData("Kairos.Extensions.Polly")]
    [InlineData("Kairos.Extensions.Http")]
    [InlineData("Kairos.Extensions.Grpc")]
    [InlineData("Kairos.Testing")]
    public void The_README_of_a_library_says_how_to_install_it(string package) =>
        Assert.Equal(["add", "package", package], InstallCommand($"src/{package}/README.md"));

    [Theory]
    [InlineData("README.md")]
    [InlineData("src/Kairos.Actors/README.md")]
    [InlineData("src/Kairos.Telemetry/README.md")]
    [InlineData("src/Kairos.Extensions.AI/README.md")]
    [InlineData("src/Kairos.Extensions.Agents/README.md")]
    [InlineData("src/Kairos.Extensions.Polly/README.md")]
    [InlineData("src/Kairos.Extensions.Http/README.md")]
    [InlineData("src/Kairos.Extensions.Grpc/README.md")]
    [InlineData("src/Kairos.Testing/README.md")]
    public void All_code_that_a_README_shows_is_run(string document)
    {
        var lines = File.ReadAllLines(Repository.PathOf(document));
        var run = Consumer.FilesOf("Agent").Concat(Consumer.FilesOf("Tests")).SelectMany(File.ReadLines)
            .Select(line => line.Trim()).Append("// snippet: README.md install").ToHashSet();

        var shown = lines.Index().Where(line => line.Item == "```csharp").Select(line => lines[line.Index - 1]).ToList();

        Assert.NotEmpty(shown);
        Assert.All(shown, marker => Assert.Contains(marker.Replace("<!-- snippet: ", $"// snippet: {document} ", StringComparison.Ordinal)[..^" -->".Length], run));
    }

    [Fact]
    public async Task The_program_is_a_tool()
    {
        var folder = feed.NewFolder("tool");
        await Command.DotnetAsync(folder, "tool", "install", "Kairos.Host", "--tool-path", folder);

        var exported = await Command.RunAsync(
            Path.Combine(folder, "kairos"), folder, """{"component":"llm","event":"error","code":"timeout","recoverable":true}""", "run");

        Assert.Contains("\"kairos.errors.total\"", exported, StringComparison.Ordinal);
    }

    private static string[] InstallCommand(string document) =>
        File.ReadLines(Repository.PathOf(document)).Single(line => line.StartsWith("dotnet add package ", StringComparison.Ordinal)).Split(' ')[1..];
}
