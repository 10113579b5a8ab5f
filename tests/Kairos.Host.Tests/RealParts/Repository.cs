using System.Reflection;

namespace Kairos.Host.Tests.RealParts;

/// <summary>The files that operators are given, where they lie.</summary>
internal static class Repository
{
    private static readonly string Root = Path.GetFullPath(
        typeof(Repository).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "Repository").Value!);

    /// <summary>The path of a file or folder that is given from the repository's root.</summary>
    public static string PathOf(string relative) => Path.Combine(Root, relative);

    public static string Read(string relative) => File.ReadAllText(PathOf(relative));

    /// <summary>The files of a folder, given from the root, in order of their names.</summary>
    public static IEnumerable<string> Files(string folder, string pattern) => Directory.EnumerateFiles(PathOf(folder), pattern)
        .Select(path => Path.GetRelativePath(Root, path))
        .Order(StringComparer.Ordinal);
}
