using Kairos.TestUtilities;

namespace Kairos.Packages.Tests;

/// <summary>Who debugs into Kairos finds its symbols and its sources.</summary>
[Collection(Packed.Name)]
[Trait(Parts.Trait, Parts.Real)]
public sealed class SymbolTests(PackageFeed feed)
{
    private const string Commit = "0123456789abcdef0123456789abcdef01234567";

    public static TheoryData<string> Libraries => PackageTests.Libraries;

    [Theory]
    [MemberData(nameof(Libraries))]
    public void The_package_of_symbols_has_those_of_the_assembly(string package)
    {
        using var archive = feed.Open(package);
        using var symbols = feed.Open(package, "snupkg");
        using var read = new Symbols(symbols.Read($"lib/net10.0/{package}.pdb"));

        Assert.Equal([$"lib/net10.0/{package}.pdb"], symbols.Files);
        Assert.Equal(Symbols.IdIn(archive.Read($"lib/net10.0/{package}.dll")), read.Id);
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void What_is_generated_as_it_is_built_is_in_the_symbols(string package)
    {
        using var symbols = feed.Open(package, "snupkg");
        using var read = new Symbols(symbols.Read($"lib/net10.0/{package}.pdb"));

        Assert.Contains(read.Embedded, path => path.EndsWith($"{package}.AssemblyInfo.cs", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Symbols_say_where_the_sources_are_when_it_is_known_where_they_came_from()
    {
        var tree = CopyOf("Kairos.Actors");
        WriteGit(tree, "https://github.com/someone/kairos.git");

        await PackAsync(tree, "Kairos.Actors");

        using var package = PackageArchive.Open(Path.Combine(tree, $"Kairos.Actors.{Shipped.Version}.nupkg"));
        using var archive = PackageArchive.Open(Path.Combine(tree, $"Kairos.Actors.{Shipped.Version}.snupkg"));
        using var read = new Symbols(archive.Read("lib/net10.0/Kairos.Actors.pdb"));
        Assert.Equal($$$"""{"documents":{"/_/*":"https://raw.githubusercontent.com/someone/kairos/{{{Commit}}}/*"}}""", read.Link);
        Assert.Contains("/_/src/Kairos.Actors/CircuitBreaker/Breaker.cs", read.Documents);
        Assert.All(read.Documents, path => Assert.StartsWith("/_/", path, StringComparison.Ordinal)); // no folder of who built it
        var repository = package.Metadata.Element("repository")!;
        Assert.Equal(("https://github.com/someone/kairos.git", Commit), (repository.Attribute("url")!.Value, repository.Attribute("commit")!.Value));
    }

    [Theory]
    [InlineData("no repository")]
    [InlineData("no remote")]
    public async Task Packing_needs_no_remote_and_does_not_warn_without_one(string origin)
    {
        var tree = CopyOf("Small");
        if (origin == "no remote") WriteGit(tree, null);

        var log = await PackAsync(tree, "Small");

        Assert.DoesNotContain("warn", log, StringComparison.OrdinalIgnoreCase);
        using var archive = PackageArchive.Open(Path.Combine(tree, $"Small.{Shipped.Version}.snupkg"));
        using var read = new Symbols(archive.Read("lib/net10.0/Small.pdb"));
        Assert.Null(read.Link);
    }

    /// <summary>A tree with one project, built by the same rules as ours.</summary>
    private string CopyOf(string project)
    {
        var tree = feed.NewFolder($"tree-{Guid.NewGuid():N}");
        string[] rules = ["Directory.Build.props", "Directory.Packages.props", "BannedSymbols.txt", "global.json", ".editorconfig", "src/Directory.Build.props", "LICENSE"];
        string[] icon = [.. Directory.EnumerateFiles(Repository.PathOf("src/icon")).Select(path => Path.GetRelativePath(Repository.Root, path))];
        foreach (var file in rules.Concat(icon).Concat(FilesOf(project))) Copy(file, tree);
        if (project != "Small") return tree;
        var folder = Directory.CreateDirectory(Path.Combine(tree, "src/Small")).FullName;
        File.WriteAllText(Path.Combine(folder, "Small.csproj"), """<Project Sdk="Microsoft.NET.Sdk" />""");
        File.WriteAllText(Path.Combine(folder, "Small.cs"), "namespace Small;\n\n/// <summary>Small.</summary>\npublic sealed class Small;\n");
        File.WriteAllText(Path.Combine(folder, "README.md"), "# Small\n");
        return tree;
    }

    private static IEnumerable<string> FilesOf(string project)
    {
        var folder = Repository.PathOf($"src/{project}");
        if (!Directory.Exists(folder)) return [];
        return Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(Repository.Root, path))
            .Where(path => !path.Split('/', '\\').Intersect(["bin", "obj"]).Any());
    }

    private static void Copy(string file, string tree)
    {
        var target = Path.Combine(tree, file);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        File.Copy(Repository.PathOf(file), target);
    }

    /// <summary>Makes a tree a repository of git, as far as a build reads one.</summary>
    private static void WriteGit(string tree, string? remote)
    {
        var git = Directory.CreateDirectory(Path.Combine(tree, ".git")).FullName;
        Directory.CreateDirectory(Path.Combine(git, "objects"));
        Directory.CreateDirectory(Path.Combine(git, "refs"));
        File.WriteAllText(Path.Combine(git, "HEAD"), Commit + "\n");
        var origin = remote is null ? "" : $"[remote \"origin\"]\n\turl = {remote}\n";
        File.WriteAllText(Path.Combine(git, "config"), $"[core]\n\trepositoryformatversion = 0\n{origin}");
    }

    private static Task<string> PackAsync(string tree, string project) =>
        Command.DotnetAsync(tree, "pack", $"src/{project}", "--output", tree, "-p:CI=true", "-p:RunAnalyzers=false");
}
