using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Kairos.Extensions.Http;

/// <summary>What hosts are called among components. Pure.</summary>
internal static class HostName
{
    /// <summary>The longest name of a component that can have hosts beneath it.</summary>
    public const int LongestParent = 100;

    private const int HashLength = 16;

    /// <summary>
    /// The last segment of a host's component: <c>example.com</c>, <c>example.com_8443</c>, <c>ip6-2001-db8--1</c>. What would be too long is cut, and
    /// told from its like by a hash; so is what has characters that names cannot have.
    /// </summary>
    /// <param name="component">The component that it is beneath.</param>
    /// <param name="host">The host, in ASCII.</param>
    /// <param name="port">The port; 0 where it is the scheme's own.</param>
    public static string SegmentFor(string component, string host, int port)
    {
        var lower = host.ToLowerInvariant().TrimEnd('.');
        var isAddress = lower.Contains(':', StringComparison.Ordinal);
        var plain = string.Concat(lower.Trim('[', ']').Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_' ? letter : '-'));
        if (isAddress) plain = "ip6-" + plain;
        var segment = port == 0 ? plain : string.Create(CultureInfo.InvariantCulture, $"{plain}_{port}");
        var room = ComponentName.MaxLength - component.Length - 1;
        if (segment.Length <= room && ComponentName.IsValid($"{component}/{segment}") && (isAddress || plain == lower)) return segment;

        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{lower}:{port}")))[..HashLength];
        return $"{hash}-{segment[..Math.Min(segment.Length, room - HashLength - 1)]}";
    }
}
