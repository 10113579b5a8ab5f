using System.Text.RegularExpressions;

namespace Kairos.Classification;

/// <summary>The errors that several rules end in.</summary>
internal static class OwnErrors
{
    private const string Llm = "llm";
    private const string Memory = "memory";
    private const string Tools = "tools";

    public static bool IsLlm(in ClassificationContext context) => Root(context) is Llm;

    public static bool IsTool(in ClassificationContext context) => Root(context) is Tools;

    /// <summary>Whether the component answers for one thing only, so that "there is no such thing" means the component itself.</summary>
    public static bool IsOneThing(in ClassificationContext context) => Root(context) is not (Memory or Tools);

    /// <summary>The component's own code, counted. What a tool has begun may have had its effect, however the failure looks from
    /// outside, so a failed tool is recoverable only if it is idempotent.</summary>
    public static KairosError Own(Exception? cause, in ClassificationContext context, bool transient)
    {
        var error = Error(CodeOf(context), cause, transient);
        return error.Code == ErrorCode.ToolFailure ? error with { Recoverable = transient && context.IsIdempotent } : error;
    }

    public static KairosError Timeout(Exception cause) => Error(ErrorCode.Timeout, cause, recoverable: true);

    public static KairosError Error(ErrorCode code, Exception? cause, bool recoverable) =>
        new(code, ErrorText.Of(cause)) { Recoverable = recoverable, Cause = cause };

    /// <summary>The code of what is not known any better, by the component's first name.</summary>
    public static ErrorCode CodeOf(in ClassificationContext context) => Root(context) switch
    {
        Llm => ErrorCode.LlmError,
        Memory => ErrorCode.MemoryError,
        Tools => ErrorCode.ToolFailure,
        _ => ErrorCode.InternalError,
    };

    private static ReadOnlySpan<char> Root(in ClassificationContext context)
    {
        var name = context.Component.AsSpan();
        var cut = name.IndexOf('/');
        return cut < 0 ? name : name[..cut];
    }
}

/// <summary>What an error keeps of the answer that it was: keys of <see cref="KairosError.Context"/>.</summary>
internal static class ErrorDetails
{
    public const string Status = "http.response.status_code";
    public const string ProviderCode = "provider.error_code";
}

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
