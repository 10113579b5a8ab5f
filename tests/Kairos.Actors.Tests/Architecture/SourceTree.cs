using Kairos.TestUtilities;

namespace Kairos.Tests.Architecture;

/// <summary>The library's source, as it lies in the repository.</summary>
internal static class SourceTree
{
    /// <summary>
    /// The files of one folder of the library, with their lines trimmed. Left out is what translates exceptions: it takes a clock as an argument,
    /// for dates in headers, and reads the body of an answer that it is handed.
    /// </summary>
    public static IReadOnlyList<(string Name, IReadOnlyList<string> Lines)> Files(string layer) =>
        [.. Directory.EnumerateFiles(Repository.PathOf($"src/Kairos.Actors/{layer}"), "*.cs", SearchOption.AllDirectories)
            .Where(path => !path.Contains("Classification", StringComparison.Ordinal))
            .Select(path => (Path.GetFileName(path), (IReadOnlyList<string>)[.. File.ReadLines(path).Select(line => line.Trim())]))];
}
