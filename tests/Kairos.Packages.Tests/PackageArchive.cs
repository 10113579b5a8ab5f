using System.IO.Compression;
using System.Xml.Linq;

namespace Kairos.Packages.Tests;

/// <summary>What is in a package.</summary>
internal sealed class PackageArchive : IDisposable
{
    // What every package has, because it is one.
    private static readonly string[] Wrapping = ["_rels/", "package/", "[Content_Types].xml"];
    private readonly ZipArchive _archive;

    private PackageArchive(ZipArchive archive) => _archive = archive;

    /// <summary>The paths of the files that were packed, without the manifest.</summary>
    public IReadOnlyList<string> Files => [.. _archive.Entries.Select(entry => entry.FullName)
        .Where(path => !path.EndsWith(".nuspec", StringComparison.Ordinal) && !Wrapping.Any(part => path.StartsWith(part, StringComparison.Ordinal)))
        .Order(StringComparer.Ordinal)];

    /// <summary>The metadata of the package's manifest.</summary>
    public XElement Metadata
    {
        get
        {
            using var stream = _archive.Entries.Single(entry => entry.FullName.EndsWith(".nuspec", StringComparison.Ordinal)).Open();
            var root = XDocument.Load(stream).Root!;
            foreach (var element in root.DescendantsAndSelf()) element.Name = element.Name.LocalName;
            return root.Element("metadata")!;
        }
    }

    /// <summary>The packages that this one needs, each with its versions.</summary>
    public IReadOnlyDictionary<string, string> Dependencies => Metadata.Descendants("dependency")
        .ToDictionary(dependency => dependency.Attribute("id")!.Value, dependency => dependency.Attribute("version")!.Value);

    public static PackageArchive Open(string path) => new(ZipFile.OpenRead(path));

    public byte[] Read(string path)
    {
        using var stream = _archive.GetEntry(path)!.Open();
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    public void Dispose() => _archive.Dispose();
}
