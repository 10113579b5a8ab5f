using System.Buffers.Binary;
using System.Text;
using System.Xml.Linq;
using Kairos.TestUtilities;

namespace Kairos.Packages.Tests;

/// <summary>What is in the packages, and what they say of themselves.</summary>
[Collection(Packed.Name)]
[Trait(Parts.Trait, Parts.Real)]
public sealed class PackageTests(PackageFeed feed)
{
    private const string Schema = "ConfigurationSchema.json";

    private static readonly string[] Kinds = ["nupkg", "snupkg"];

    public static TheoryData<string> All => [.. Shipped.Packages];

    public static TheoryData<string> Libraries => [.. Shipped.Packages.Where(package => package != "Kairos.Host")];

    [Fact]
    public void What_is_to_be_packed_is_packed_without_a_warning_and_nothing_else()
    {
        var expected = Shipped.Packages.SelectMany(_ => Kinds, (package, kind) => $"{package}.{Shipped.Version}.{kind}");

        Assert.Equal(expected.Order(StringComparer.Ordinal), Directory.EnumerateFiles(feed.Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.DoesNotContain("warn", feed.Log, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_package_says_what_it_is(string package)
    {
        using var archive = feed.Open(package);
        var metadata = archive.Metadata;

        Assert.Equal((package, Shipped.Version), (Value("id"), Value("version")));
        Assert.True(Value("description").Length > 50);
        Assert.NotEqual(package, Value("authors")); // what there is without any
        Assert.Contains("circuit-breaker", Value("tags"), StringComparison.Ordinal);
        Assert.Equal(("README.md", "icon.png"), (Value("readme"), Value("icon")));
        Assert.Equal("Apache-2.0", Value("license"));

        string Value(string name) => metadata.Element(name)!.Value;
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_package_shows_its_own_README_and_icon(string package)
    {
        using var archive = feed.Open(package);

        Assert.StartsWith($"# {package}\n", Encoding.UTF8.GetString(archive.Read("README.md")).ReplaceLineEndings("\n"), StringComparison.Ordinal);
        var icon = archive.Read("icon.png");
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], icon[..4]);
        Assert.Equal((128, 128), (BinaryPrimitives.ReadInt32BigEndian(icon.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(icon.AsSpan(20))));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_package_brings_the_text_of_its_license_along(string package)
    {
        using var archive = feed.Open(package);

        Assert.Equal(File.ReadAllBytes(Repository.PathOf("LICENSE")), archive.Read("LICENSE"));
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void A_library_has_its_assembly_its_documentation_and_no_stray_file(string package)
    {
        using var archive = feed.Open(package);

        string[] ofSettings = package is "Kairos.Actors" or "Kairos.Telemetry" ? [Schema, $"buildTransitive/{package}.targets"] : [];
        string[] expected = ["LICENSE", "README.md", "icon.png", $"lib/net10.0/{package}.dll", $"lib/net10.0/{package}.xml", .. ofSettings];
        Assert.Equal(expected.Order(StringComparer.Ordinal), archive.Files.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("Kairos.Actors")]
    [InlineData("Kairos.Telemetry")]
    public void A_package_with_settings_tells_editors_of_their_schema(string package)
    {
        using var archive = feed.Open(package);
        using var targets = new MemoryStream(archive.Read($"buildTransitive/{package}.targets"));

        var segment = XDocument.Load(targets).Descendants("JsonSchemaSegment").Single();

        Assert.Equal($"$(MSBuildThisFileDirectory)../{Schema}", segment.Attribute("Include")!.Value);
        Assert.Equal(File.ReadAllBytes(Repository.PathOf($"src/{package}/{Schema}")), archive.Read(Schema));
    }

    [Fact]
    public void The_tool_is_called_kairos_and_brings_its_settings_along()
    {
        using var archive = feed.Open("Kairos.Host");
        using var stream = new MemoryStream(archive.Read("tools/net10.0/any/DotnetToolSettings.xml"));
        var command = XDocument.Load(stream).Descendants("Command").Single();

        Assert.Equal(("kairos", "kairos.dll"), (command.Attribute("Name")!.Value, command.Attribute("EntryPoint")!.Value));
        Assert.Contains("tools/net10.0/any/config/kairos.conf", archive.Files);
        Assert.Equal(["LICENSE", "README.md", "icon.png"], archive.Files.Where(path => !path.StartsWith("tools/net10.0/any/", StringComparison.Ordinal)));
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void Each_public_type_is_documented_in_the_package(string package)
    {
        using var archive = feed.Open(package);
        using var stream = new MemoryStream(archive.Read($"lib/net10.0/{package}.xml"));
        var documented = XDocument.Load(stream).Descendants("member")
            .Where(member => member.Elements().Any()).Select(member => member.Attribute("name")!.Value).ToHashSet();

        var types = Shipped.PublicTypes(package).Where(type => type.StartsWith("Kairos.", StringComparison.Ordinal) && !type.Contains('<', StringComparison.Ordinal)).ToList();

        Assert.NotEmpty(types);
        Assert.All(types, type => Assert.Contains($"T:{type}", documented));
    }

    [Theory]
    [InlineData("Kairos.Actors", new string[0])]
    [InlineData("Kairos.Telemetry", new[] { "Kairos.Actors" })]
    [InlineData("Kairos.Extensions.AI", new[] { "Kairos.Actors" })]
    [InlineData("Kairos.Extensions.Agents", new[] { "Kairos.Extensions.AI" })]
    [InlineData("Kairos.Extensions.Polly", new[] { "Kairos.Actors" })]
    [InlineData("Kairos.Extensions.Http", new[] { "Kairos.Actors" })]
    [InlineData("Kairos.Extensions.Grpc", new[] { "Kairos.Actors" })]
    [InlineData("Kairos.Testing", new[] { "Kairos.Actors" })]
    [InlineData("Kairos.Host", new string[0])] // a tool brings along what it needs
    public void A_package_needs_exactly_the_version_of_Kairos_that_it_was_made_with(string package, string[] needed)
    {
        using var archive = feed.Open(package);

        var needs = archive.Dependencies.Where(dependency => dependency.Key.StartsWith("Kairos.", StringComparison.Ordinal));

        Assert.Equal(needed.Select(name => (name, $"[{Shipped.Version}]")), needs.Select(need => (need.Key, need.Value)));
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void A_library_needs_what_its_project_references_and_no_analyzer(string package)
    {
        var project = XDocument.Load(Repository.PathOf($"src/{package}/{package}.csproj"));
        var expected = project.Descendants("PackageReference").Where(reference => reference.Attribute("PrivateAssets") is null)
            .Select(reference => reference.Attribute("Include")!.Value).ToDictionary(name => name, Shipped.VersionOf);
        using var archive = feed.Open(package);

        Assert.Equal(expected.OrderBy(pair => pair.Key), archive.Dependencies.Where(pair => !pair.Key.StartsWith("Kairos.", StringComparison.Ordinal)).OrderBy(pair => pair.Key));
    }
}
