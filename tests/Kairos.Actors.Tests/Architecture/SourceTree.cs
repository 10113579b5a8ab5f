namespace Kairos.Tests.Architecture;

/// <summary>The library's source, as it lies in the repository.</summary>
internal static class SourceTree
{
    private static readonly Lazy<string> Root = new(() =>
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !folder.EnumerateFiles("Kairos.Actors.sln").Any()) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The tests do not run inside the repository.");
    });

    /// <summary>
    /// The files of one folder of the library, with their lines trimmed. Left out is what translates exceptions: it takes a clock as an argument,
    /// for dates in headers, and reads the body of an answer that it is handed.
    /// </summary>
    public static IReadOnlyList<(string Name, IReadOnlyList<string> Lines)> Files(string layer) =>
        [.. Directory.EnumerateFiles(Path.Combine(Root.Value, "src", "Kairos.Actors", layer), "*.cs", SearchOption.AllDirectories)
            .Where(path => !path.Contains("Classification", StringComparison.Ordinal))
            .Select(path => (Path.GetFileName(path), (IReadOnlyList<string>)[.. File.ReadLines(path).Select(line => line.Trim())]))];
}
