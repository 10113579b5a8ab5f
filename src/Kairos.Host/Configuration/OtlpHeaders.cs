using System.Buffers;
using System.Text;

namespace Kairos.Host.Configuration;

/// <summary>The headers that go with every export.</summary>
internal static class OtlpHeaders
{
    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    public static bool AreWellFormed(string text) => text.Length == 0 || text.Split(',').All(IsPair);

    /// <summary>The configured headers, and basic authentication where a user or token is set, as the exporter wants them.</summary>
    public static string For(HostSettings settings)
    {
        if (settings.OtlpUser.Length == 0 && settings.OtlpToken.Length == 0) return settings.OtlpHeaders;
        var credentials = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{settings.OtlpUser}:{settings.OtlpToken}"));
        var basic = $"Authorization=Basic {credentials}";
        return settings.OtlpHeaders.Length == 0 ? basic : $"{settings.OtlpHeaders},{basic}";
    }

    private static bool IsPair(string pair)
    {
        var name = pair.AsSpan(0, Math.Max(0, pair.IndexOf('=', StringComparison.Ordinal))).Trim();
        return name.Length > 0 && !name.ContainsAnyExcept(NameCharacters) && !pair.AsSpan().ContainsAny('\r', '\n');
    }
}
