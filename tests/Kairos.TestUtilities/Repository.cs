namespace Kairos.TestUtilities;

/// <summary>The files of the repository, where they lie.</summary>
internal static class Repository
{
    /// <summary>The folder that the solution lies in.</summary>
    public static string Root { get; } = Find();

    /// <summary>The path of a file or folder that is given from the repository's root.</summary>
    public static string PathOf(string relative) => Path.Combine(Root, relative);

    public static string Read(string relative) => File.ReadAllText(PathOf(relative));

    /// <summary>The files of a folder, given from the root, in order of their names.</summary>
    public static IEnumerable<string> Files(string folder, string pattern) => Directory.EnumerateFiles(PathOf(folder), pattern)
        .Select(path => Path.GetRelativePath(Root, path))
        .Order(StringComparer.Ordinal);

    /// <summary>The program that a project's build made, of the same configuration as these tests.</summary>
    /// <param name="project">The project's folder, from the root.</param>
    /// <param name="name">The program's name.</param>
    public static string Program(string project, string name)
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        return Path.Combine(PathOf(project), "bin", output.Parent!.Name, output.Name, name);
    }

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Kairos.Actors.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException("The solution is not above the tests.");
    }
}
