using System.Buffers;
using System.Text.RegularExpressions;

namespace Kairos.Errors;

/// <summary>
/// The filter that text passes before people or their tools see it. What looks like a secret is taken out: providers repeat keys and headers in
/// their answers. So is what moves a terminal's cursor, rings its bell or turns the direction of writing: whoever writes an error's text could
/// otherwise forge lines of a log. It knows the common forms, not every secret there is. Pure.
/// </summary>
internal static partial class Redaction
{
    private const string Instead = "***";
    private const int Milliseconds = 1000; // on a busy machine, too; a text that takes longer is not let through

    /// <summary>The text without what looks like a secret, and without control characters but line feeds.</summary>
    public static string Of(string text)
    {
        try
        {
            var result = Scheme().Replace(Printable(text), "$1 " + Instead);
            result = UserInfo().Replace(result, "://" + Instead + "@");
            result = Query().Replace(result, match => match.Groups[1].Value + WithoutValues(match.Groups[2].Value));
            result = Named().Replace(result, "$1$2" + Instead);
            return Prefixed().Replace(result, Instead);
        }
        catch (RegexMatchTimeoutException)
        {
            return Instead;
        }
    }

    /// <summary>A text of which nothing is taken out but control characters, line feeds excepted.</summary>
    public static string Printable(string text)
    {
        if (!text.AsSpan().ContainsAny(Unprintable)) return text;
        return string.Create(text.Length, text, static (printable, text) =>
        {
            for (var i = 0; i < text.Length; i++) printable[i] = text[i] == '\n' || !Unprintable.Contains(text[i]) ? text[i] : ' ';
        });
    }

    /// <summary>The same on one line.</summary>
    public static string OneLine(string text) => Printable(text.ReplaceLineEndings(" "));

    /// <summary>
    /// A configuration's key as it may be printed. Where a value stands in the place of a key (<c>token.SECRET = 1</c>), the key is a secret.
    /// </summary>
    public static string OfKey(string key)
    {
        var separator = key.Contains(':', StringComparison.Ordinal) ? ':' : '.';
        var parts = key.Split(separator);
        var secret = Array.FindIndex(parts, part => SecretKeys.Contains(part.Replace("-", "", StringComparison.Ordinal)));
        if (secret > 0 && parts[secret - 1].Equals("components", StringComparison.OrdinalIgnoreCase)) secret = -1; // a component's name
        if (secret >= 0 && secret < parts.Length - 1) key = string.Join(separator, parts[..(secret + 1)]) + separator + Instead;
        return OneLine(key.IndexOf('=', StringComparison.Ordinal) is >= 0 and var end ? key[..(end + 1)] + Instead : key);
    }

    // Keys whose values are secrets.
    private static readonly HashSet<string> SecretKeys =
        new(["apikey", "token", "secret", "password", "passwd", "authorization", "headers", "env"], StringComparer.OrdinalIgnoreCase);

    private static string WithoutValues(string query) => string.Join('&', query.Split('&').Select(pair =>
        pair.IndexOf('=', StringComparison.Ordinal) is >= 0 and var end ? pair[..(end + 1)] + Instead : Instead));

    // What is no character at all (control characters end at U+009F), ends lines, or turns the direction of writing (Unicode 17, bidirectional controls).
    private static readonly SearchValues<char> Unprintable = SearchValues.Create(
    [
        .. Enumerable.Range(0, 0xA0).Select(code => (char)code).Where(char.IsControl),
        '\u061C', '\u200E', '\u200F', '\u2028', '\u2029', '\u202A', '\u202B', '\u202C', '\u202D', '\u202E', '\u2066', '\u2067', '\u2068', '\u2069',
    ]);

    // "Bearer eyJ…", "Basic c2Vj…", but not "basic authentication"
    [GeneratedRegex(@"\b((?i:Bearer|Basic))\s+(?=\S*[A-Z0-9=])[A-Za-z0-9._~+/=-]{6,}", RegexOptions.None, Milliseconds)]
    private static partial Regex Scheme();

    // "api_key=…", "Authorization: …", "\"token\": \"…\""
    [GeneratedRegex(
        @"\b((?:[A-Za-z0-9]+[-_])*(?:api[-_ ]?key|token|secret|password|passwd|pwd|authorization))(\\?[""']?\s*[=:]\s*\\?[""']?)(?!Bearer\b|Basic\b)[^\s""'\\,;&]{3,}",
        RegexOptions.IgnoreCase, Milliseconds)]
    private static partial Regex Named();

    // The keys that providers give out begin with what tells whose they are.
    [GeneratedRegex(@"\b(?:sk|pk|rk|xox[abprs]|gh[opsu]|github_pat|glpat|hf|AKIA|AIza)[-_A-Za-z0-9*.]{12,}", RegexOptions.None, Milliseconds)]
    private static partial Regex Prefixed();

    // "https://user:password@host"; a password may hold an @ itself
    [GeneratedRegex(@"://[^/\s""'<>]+@", RegexOptions.None, Milliseconds)]
    private static partial Regex UserInfo();

    // "https://host/path?key=…": addresses are signed there
    [GeneratedRegex(@"(\b[a-z][a-z0-9+.-]*://[^\s?#""'<>]*\?)([^\s#""'<>)]+)", RegexOptions.IgnoreCase, Milliseconds)]
    private static partial Regex Query();
}
