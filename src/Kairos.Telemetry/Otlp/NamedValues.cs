using System.Buffers;

namespace Kairos.Telemetry.Otlp;

/// <summary><c>name=value</c> pairs separated by commas, as OpenTelemetry's variables hold them: a value's commas are percent-encoded.</summary>
internal static class NamedValues
{
    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    public static bool AreWellFormed(string text) => text.Length == 0 || text.Split(',').All(IsPair);

    public static IEnumerable<KeyValuePair<string, string>> Parse(string text) => text
        .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .Select(pair => pair.Split('=', 2, StringSplitOptions.TrimEntries))
        .Select(pair => KeyValuePair.Create(pair[0], Uri.UnescapeDataString(pair[1])));

    private static bool IsPair(string pair)
    {
        var name = pair.AsSpan(0, Math.Max(0, pair.IndexOf('=', StringComparison.Ordinal))).Trim();
        return name.Length > 0 && !name.ContainsAnyExcept(NameCharacters) && !pair.AsSpan().ContainsAny('\r', '\n');
    }
}
