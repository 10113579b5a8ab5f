using Kairos.TestUtilities;

namespace Kairos.Packages.Tests;

/// <summary>
/// All packages, made once by <c>dotnet pack</c> of the solution, in a folder that is a feed; beside it, projects can be made that know
/// nothing of this repository.
/// </summary>
public sealed class PackageFeed : IAsyncLifetime
{
    private readonly string _home = Directory.CreateTempSubdirectory("kairos-packages-").FullName;

    /// <summary>The folder with the packages.</summary>
    public string Folder => Path.Combine(_home, "feed");

    /// <summary>Where the projects of this feed keep what they restore: never a package of the same version from another day.</summary>
    public string Restored => Path.Combine(_home, "restored");

    /// <summary>What <c>dotnet pack</c> said.</summary>
    public string Log { get; private set; } = "";

    public async Task InitializeAsync()
    {
        Log = await Command.DotnetAsync(
            Repository.Root, "pack", "Kairos.Actors.sln", "--no-build", "--configuration", Shipped.Configuration, "--output", Folder);
        await File.WriteAllTextAsync(Path.Combine(_home, "NuGet.config"), Configuration());
    }

    public Task DisposeAsync()
    {
        Directory.Delete(_home, recursive: true);
        return Task.CompletedTask;
    }

    /// <summary>A new folder, whose projects restore from this feed.</summary>
    public string NewFolder(string name) => Directory.CreateDirectory(Path.Combine(_home, name)).FullName;

    internal PackageArchive Open(string package, string extension = "nupkg") =>
        PackageArchive.Open(Path.Combine(Folder, $"{package}.{Shipped.Version}.{extension}"));

    // Packages of others come from those that this repository was restored from: the test needs no network, and none of Kairos' can be
    // another than what was just packed.
    private string Configuration() => $"""
        <configuration>
          <packageSources>
            <clear />
            <add key="feed" value="{Folder}" />
            <add key="others" value="{Shipped.RestoredPackages}" />
          </packageSources>
          <packageSourceMapping>
            <packageSource key="feed"><package pattern="Kairos.*" /></packageSource>
            <packageSource key="others"><package pattern="*" /></packageSource>
          </packageSourceMapping>
          <fallbackPackageFolders><clear /></fallbackPackageFolders>
          <config><add key="globalPackagesFolder" value="{Restored}" /></config>
        </configuration>
        """;
}

/// <summary>The tests that share the packages.</summary>
[CollectionDefinition(Name)]
public sealed class Packed : ICollectionFixture<PackageFeed>
{
    /// <summary>The collection's name.</summary>
    public const string Name = "packed";
}
