using System.Reflection;
using System.Xml.Linq;

namespace Kairos.Packages.Tests;

/// <summary>What the packages are made of.</summary>
internal static class Repository
{
    /// <summary>The packages, in the order in which they need each other.</summary>
    public static readonly string[] Packages =
        ["Kairos.Actors", "Kairos.Telemetry", "Kairos.Extensions.AI", "Kairos.Extensions.Polly", "Kairos.Host"];

    public static string Root { get; } = FindRoot();

    public static string Configuration => Built("Configuration");

    /// <summary>Where NuGet keeps what this repository was restored from.</summary>
    public static string RestoredPackages => Built("RestoredPackages");

    public static string PathOf(string file) => Path.Combine(Root, file);

    /// <summary>The version that the packages have.</summary>
    public static string Version => XDocument.Load(PathOf("Directory.Build.props")).Descendants("Version").Single().Value;

    /// <summary>The version at which this repository uses a package of others.</summary>
    public static string VersionOf(string package) => XDocument.Load(PathOf("Directory.Packages.props")).Descendants("PackageVersion")
        .Single(version => version.Attribute("Include")!.Value == package).Attribute("Version")!.Value;

    /// <summary>The lines of a snippet that a document shows.</summary>
    public static IReadOnlyList<string> Snippet(string document, string name)
    {
        var lines = File.ReadLines(PathOf(document)).SkipWhile(line => line != $"<!-- snippet: {name} -->").Skip(1)
            .TakeWhile(line => line != "<!-- /snippet -->").Where(line => !line.StartsWith("```", StringComparison.Ordinal)).ToList();
        return lines.Count > 0 ? lines : throw new InvalidOperationException($"{document} shows no '{name}'");
    }

    private static string Built(string key) =>
        typeof(Repository).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == key).Value!;

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Kairos.Actors.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException("the solution is not above the tests");
    }
}
