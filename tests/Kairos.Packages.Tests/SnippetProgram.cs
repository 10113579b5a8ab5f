using Kairos.TestUtilities.Documents;

namespace Kairos.Packages.Tests;

/// <summary>The program in <c>Consumers/Agent</c>, with the snippets of the READMEs put in, built from the packages.</summary>
public sealed class SnippetProgram(PackageFeed feed) : IAsyncLifetime
{
    private const string Marker = "// snippet: ";
    private string _folder = "";

    public async Task InitializeAsync() => _folder = await Consumer.BuildAsync(feed, "Agent", Filled);

    public Task DisposeAsync() => Task.CompletedTask; // the feed takes the folder with it

    /// <summary>Runs one of the snippets, which must end well, and returns the lines that it wrote.</summary>
    public async Task<IReadOnlyList<string>> RunAsync(string snippet) =>
        [.. (await Command.DotnetAsync(_folder, "out/Agent.dll", snippet)).Split('\n').Select(line => line.TrimEnd())];

    // A snippet is a whole program, or a part of one: its usings go to the top of the file, the rest into a method.
    public static IEnumerable<string> Filled(string[] lines)
    {
        var shown = lines.Select(line => line.Trim()).Where(line => line.StartsWith(Marker, StringComparison.Ordinal)).Select(line => line[Marker.Length..].Split(' '))
            .SelectMany(place => Snippets.InDocument(place[0])[place[1]]).ToList();
        return shown.Where(IsUsing).Concat(lines.SelectMany(line =>
            line.Trim().StartsWith(Marker, StringComparison.Ordinal) ? shown.Where(text => !IsUsing(text)) : [line]));
    }

    private static bool IsUsing(string line) =>
        line.StartsWith("using ", StringComparison.Ordinal) && line.EndsWith(';') && !line.Contains('=', StringComparison.Ordinal);
}
