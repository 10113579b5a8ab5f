using System.Text.RegularExpressions;

namespace Kairos.Errors;

/// <summary>
/// An exception's message as the text of an error. User names, passwords, queries and fragments of URLs are left out, because keys are
/// passed in them; nothing else is recognised as a secret.
/// </summary>
internal static partial class ErrorText
{
    private const int MaxScanned = KairosError.MaxMessageLength * 2;

    public static string Of(Exception? exception)
    {
        try
        {
            return exception?.Message is { Length: > 0 } message ? Redact(message) : "no message";
        }
        catch (Exception)
        {
            // A message is computed by the exception's own code.
            return "no message";
        }
    }

    private static string Redact(string message)
    {
        var text = message.Length <= MaxScanned ? message : message[..MaxScanned];
        return text.Contains("://", StringComparison.Ordinal)
            ? Url().Replace(text, url => "://" + url.Groups["place"].Value + (url.Groups["query"].Success ? "?…" : ""))
            : text;
    }

    [GeneratedRegex("""://(?:[^\s/?#@"'<>]*@)?(?<place>[^\s?#"'<>]*)(?<query>[?#][^\s"'<>]*)?""", RegexOptions.ExplicitCapture)]
    private static partial Regex Url();
}
