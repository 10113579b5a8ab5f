using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Kairos.TestUtilities;

namespace Kairos.Packages.Tests;

/// <summary>What the packages are made of.</summary>
internal static partial class Shipped
{
    /// <summary>The packages, in the order in which they need each other.</summary>
    public static readonly string[] Packages =
        ["Kairos.Actors", "Kairos.Telemetry", "Kairos.Extensions.AI", "Kairos.Extensions.Agents", "Kairos.Extensions.Polly", "Kairos.Extensions.Http", "Kairos.Extensions.Grpc", "Kairos.Testing", "Kairos.Host"];

    /// <summary>Where a project lists its public API.</summary>
    public const string PublicApi = "PublicAPI.Unshipped.txt";

    public static string Configuration => Built("Configuration");

    /// <summary>Where NuGet keeps what this repository was restored from.</summary>
    public static string RestoredPackages => Built("RestoredPackages");

    /// <summary>The version that the packages have.</summary>
    public static string Version => XDocument.Load(Repository.PathOf("Directory.Build.props")).Descendants("Version").Single().Value;

    /// <summary>The version at which this repository uses a package of others.</summary>
    public static string VersionOf(string package) => XDocument.Load(Repository.PathOf("Directory.Packages.props")).Descendants("PackageVersion")
        .Single(version => version.Attribute("Include")!.Value == package).Attribute("Version")!.Value;

    /// <summary>The public types of a project, as the list of its public API has them: types are the entries without a member.</summary>
    public static IReadOnlyList<string> PublicTypes(string project) =>
        [.. File.ReadLines(Repository.PathOf($"src/{project}/{PublicApi}")).Select(line => Type().Match(line)).Where(type => type.Success).Select(type => type.Groups["type"].Value)];

    // What is experimental has the number of that in front.
    [GeneratedRegex(@"^(\[\w+\])?(?<type>[\w.]+(<[^>]*>)?)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Type();

    private static string Built(string key) =>
        typeof(Shipped).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == key).Value!;
}
