using System.Buffers;

namespace Kairos;

/// <summary>
/// The rules for names of components: segments of <c>[a-z0-9][a-z0-9._-]*</c> joined by <c>/</c>, 128 characters at most.
/// <c>tools/search</c> is a child of <c>tools</c>. The names <c>kairos</c> and <c>metrics</c> are Kairos' own. Thread-safe.
/// </summary>
public static class ComponentName
{
    /// <summary>The longest name, in characters.</summary>
    public const int MaxLength = 128;

    /// <summary>What separates a parent's name from its child's.</summary>
    public const char Separator = '/';

    /// <summary>What a name may be, in words, for messages to people.</summary>
    public const string Allowed =
        "segments of a-z, 0-9, '.', '_' and '-' that begin with a letter or digit, joined by '/', 128 characters at most, not 'kairos' or 'metrics'";

    /// <summary>The name under which the supervisor's own restarts are counted.</summary>
    internal const string OfSupervisor = "kairos";

    /// <summary>The name of the metrics actor, and the one under which its restarts are counted.</summary>
    internal const string OfMetrics = "metrics";

    private static readonly SearchValues<char> First = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789");
    private static readonly SearchValues<char> Rest = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789._-");

    /// <summary>Whether a text is the name of a component.</summary>
    public static bool IsValid(string? name)
    {
        if (string.IsNullOrEmpty(name) || name.Length > MaxLength) return false;
        var text = name.AsSpan();
        foreach (var segment in text.Split(Separator))
        {
            var part = text[segment];
            if (part.IsEmpty || !First.Contains(part[0]) || part.ContainsAnyExcept(Rest)) return false;
        }

        return RootOf(name) is not (OfSupervisor or OfMetrics);
    }

    /// <summary>The name of the parent, or null for a component without one.</summary>
    public static string? ParentOf(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var cut = name.LastIndexOf(Separator);
        return cut < 0 ? null : name[..cut];
    }

    /// <summary>Whether a component is another one, or beneath it.</summary>
    internal static bool IsWithin(string name, string root) =>
        name.StartsWith(root, StringComparison.Ordinal) && (name.Length == root.Length || name[root.Length] == Separator);

    /// <summary>How many ancestors a component has.</summary>
    internal static int DepthOf(string name) => name.AsSpan().Count(Separator);

    /// <summary>The last segment: the name among its siblings.</summary>
    public static string LeafOf(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name[(name.LastIndexOf(Separator) + 1)..];
    }

    /// <summary>The component of the first segment.</summary>
    public static string RootOf(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var cut = name.IndexOf(Separator, StringComparison.Ordinal);
        return cut < 0 ? name : name[..cut];
    }

    internal static string Require(string name) => IsValid(name)
        ? name
        : throw new ArgumentException($"'{Shorten(name)}' is not the name of a component; allowed: {Allowed}", nameof(name));

    /// <summary>A name from outside, cut so that it can be printed.</summary>
    internal static string Shorten(string? name) =>
        name is null ? "(none)" : name.Length <= MaxLength ? name : name[..MaxLength] + "…";
}
