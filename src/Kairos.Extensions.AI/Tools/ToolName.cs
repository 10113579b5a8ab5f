using System.Security.Cryptography;
using System.Text;

namespace Kairos.Extensions.AI;

/// <summary>The components of tools. Models' names for tools are wider than components' names: what a component may not be called is replaced.</summary>
internal static class ToolName
{
    private const string Root = "tools";
    private const int MaxSegment = 56;
    private const int HashLength = 6;

    /// <summary>The component of a tool.</summary>
    /// <param name="server">The tool's server; null where it has none.</param>
    /// <param name="tool">The tool's name.</param>
    /// <param name="isUnique">Whether the tool's name, made valid, is that of no other tool. A tool that shares it gets a name of its own
    /// nevertheless: two tools must not share a circuit.</param>
    public static string ComponentOf(string? server, string tool, bool isUnique = true)
    {
        var leaf = Segment(tool, isUnique);
        return server is null
            ? $"{Root}{ComponentName.Separator}{leaf}"
            : $"{Root}{ComponentName.Separator}{Segment(server, true)}{ComponentName.Separator}{leaf}";
    }

    private static string Segment(string name, bool isUnique)
    {
        var valid = new StringBuilder(name.Length + HashLength + 1);
        foreach (var letter in name.ToLowerInvariant()) valid.Append(IsAllowed(letter) ? letter : '-');
        var segment = valid.ToString().TrimStart('.', '_', '-');
        if (isUnique && segment.Length is > 0 and <= MaxSegment) return segment;
        var cut = segment.Length <= MaxSegment - HashLength - 1 ? segment : segment[..(MaxSegment - HashLength - 1)];
        return cut.Length == 0 ? HashOf(name) : $"{cut}-{HashOf(name)}";
    }

    private static bool IsAllowed(char letter) => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter is '.' or '_' or '-';

    private static string HashOf(string name) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..HashLength];
}
