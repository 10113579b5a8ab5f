using System.Text.RegularExpressions;

namespace Kairos.Errors;

/// <summary>
/// Takes what looks like a secret out of the text of an error before it goes to logs and spans: providers repeat keys and headers in their
/// answers. It knows the common forms, not every secret there is. Pure.
/// </summary>
internal static partial class Redaction
{
    private const string Instead = "***";
    private const int Milliseconds = 100; // a text that takes longer is not let through

    /// <summary>The text on one line, without what looks like a secret.</summary>
    public static string Of(string text)
    {
        try
        {
            var result = Scheme().Replace(text, "$1 " + Instead);
            result = Named().Replace(result, "$1$2" + Instead);
            result = Prefixed().Replace(result, Instead);
            return UserInfo().Replace(result, "://" + Instead + "@");
        }
        catch (RegexMatchTimeoutException)
        {
            return Instead;
        }
    }

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

    // "https://user:password@host"
    [GeneratedRegex(@"://[^/\s@]+@", RegexOptions.None, Milliseconds)]
    private static partial Regex UserInfo();
}
