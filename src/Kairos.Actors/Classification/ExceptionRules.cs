using System.Collections.Immutable;
using System.Data.Common;
using System.Diagnostics;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Kairos.Classification;

/// <summary>What exceptions mean that code throws by itself, without a connection or a storage that failed.</summary>
internal static class CodeRules
{
    /// <param name="exception">The exception.</param>
    /// <param name="isOutermost">Whether it is what the call threw. Faults of code are looked for only there: who wraps one in an
    /// exception of its own has taken it for a failure, not for a bug.</param>
    /// <param name="context">The call.</param>
    public static KairosError? Classify(Exception exception, bool isOutermost, in ClassificationContext context) => exception switch
    {
        OperationCanceledException or TimeoutException => OwnErrors.Timeout(exception),
        JsonException or InvalidDataException => OwnErrors.Own(exception, context, transient: true),
        _ when !isOutermost => null,
        _ when IsMalformedAnswer(exception, context) => OwnErrors.Own(exception, context, transient: true),
        ArgumentException when OwnErrors.IsTool(context) => OwnErrors.Error(ErrorCode.InvalidInput, exception, recoverable: false),
        _ when IsBug(exception) =>
            OwnErrors.Error(ErrorCode.InternalError, exception, recoverable: false) with { Verdict = Verdict.Ignore },
        _ => null,
    };

    /// <summary>
    /// What the SDKs of models throw on a 200 whose JSON is well-formed and not what was asked for: a list or an enumeration without the
    /// value, an object without the property, a value of another kind (seen of OpenAI's 2.14). From a model it is the provider's fault;
    /// elsewhere these types do not tell.
    /// </summary>
    private static bool IsMalformedAnswer(Exception exception, in ClassificationContext context) =>
        exception is ArgumentOutOfRangeException or KeyNotFoundException or FormatException
            or (InvalidOperationException and not ObjectDisposedException)
        && OwnErrors.IsLlm(context);

    /// <summary>
    /// Faults of the program, which no dependency can be blamed for. <see cref="InvalidOperationException"/> itself is not among them: the
    /// base library throws it for what came over the wire as well (a JSON value of another kind, an unknown charset), so it counts.
    /// </summary>
    private static bool IsBug(Exception exception) => exception
        is NullReferenceException
        or ArgumentException
        or InvalidCastException
        or IndexOutOfRangeException
        or NotImplementedException
        or NotSupportedException
        or ObjectDisposedException
        or DivideByZeroException
        or ArrayTypeMismatchException
        or MemberAccessException
        or TypeLoadException
        or TypeInitializationException
        or UnreachableException;
}

/// <summary>What a connection that failed means. Answers with a status are <see cref="AnswerRules"/>' business.</summary>
internal static class NetworkRules
{
    public static KairosError? Classify(Exception exception, in ClassificationContext context) => exception switch
    {
        HttpRequestException or SocketException when IsTimeout(exception) => OwnErrors.Timeout(exception),
        HttpRequestException http => ByKind(http.HttpRequestError, http, context),
        SocketException => OwnErrors.Own(exception, context, transient: true),
        FileNotFoundException or DirectoryNotFoundException or DriveNotFoundException or PathTooLongException or FileLoadException => null,
        IOException when IsTimeout(exception) => OwnErrors.Timeout(exception),
        HttpIOException broken => ByKind(broken.HttpRequestError, broken, context),
        IOException => OwnErrors.Own(exception, context, transient: true),
        _ => null,
    };

    /// <summary>
    /// All kinds pass with time but those that repeat with every call: a limit or a version of ours that the answer does not fit, and a
    /// certificate that was refused. <see cref="HttpRequestError.Unknown"/> is what a reset connection shows as.
    /// </summary>
    private static KairosError ByKind(HttpRequestError kind, Exception cause, in ClassificationContext context) => kind switch
    {
        HttpRequestError.UserAuthenticationError =>
            OwnErrors.Error(ErrorCode.Unauthorized, cause, recoverable: false) with { Verdict = Verdict.Trip },
        HttpRequestError.ConfigurationLimitExceeded
            or HttpRequestError.VersionNegotiationError
            or HttpRequestError.ExtendedConnectNotSupported => OwnErrors.Own(cause, context, transient: false),
        HttpRequestError.SecureConnectionError => OwnErrors.Own(cause, context, transient: cause.InnerException is IOException),
        _ => OwnErrors.Own(cause, context, transient: true),
    };

    private static bool IsTimeout(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = Causes.After(cause))
        {
            if (cause is TimeoutException or SocketException { SocketErrorCode: SocketError.TimedOut }) return true;
        }

        return false;
    }
}

/// <summary>What a failed storage means. The result codes are SQLite's (sqlite.org/rescode.html).</summary>
internal static class StorageRules
{
    private const int LargestPrimaryCode = 28;

    /// <param name="exception">The exception.</param>
    /// <param name="code">The result code that an adapter found.</param>
    public static KairosError? Classify(Exception exception, int? code) => (code ?? OwnCode(exception), exception) switch
    {
        ({ } known, _) => ByCode(known, exception),
        // IsTransient is to be believed where it says yes: Microsoft.Data.Sqlite says no even of a busy database.
        (_, DbException other) => OwnErrors.Error(ErrorCode.MemoryError, exception, other.IsTransient),
        _ => null,
    };

    /// <summary>The code that System.Data.SQLite gives as ADO.NET's own. Others have an HRESULT there, far from the codes.</summary>
    private static int? OwnCode(Exception exception) =>
        exception is DbException { ErrorCode: > 0 and <= LargestPrimaryCode } error ? error.ErrorCode : null;

    /// <summary>Busy (5) and locked (6) pass. I/O error (10), corrupt (11), cannot open (14) and not a database (26) are broken storage.
    /// An error in the SQL (1) and a constraint (19) are the caller's. An extended code has its primary one in the lowest byte.</summary>
    private static KairosError ByCode(int code, Exception cause)
    {
        var error = (code & 0xFF) switch
        {
            5 or 6 => OwnErrors.Error(ErrorCode.MemoryError, cause, recoverable: true),
            10 or 11 or 14 or 26 => OwnErrors.Error(ErrorCode.MemoryError, cause, recoverable: false) with { Verdict = Verdict.Trip },
            1 or 19 => OwnErrors.Error(ErrorCode.InvalidInput, cause, recoverable: false),
            _ => OwnErrors.Error(ErrorCode.MemoryError, cause, recoverable: false),
        };
        return error with { Context = ImmutableDictionary<string, object?>.Empty.Add("sqlite.result_code", code) };
    }
}

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

    private static string Redact(string message) =>
        Url().Replace(
            message[..Math.Min(message.Length, MaxScanned)],
            url => "://" + url.Groups["place"].Value + (url.Groups["query"].Success ? "?…" : ""));

    [GeneratedRegex("""://(?:[^\s/?#@"'<>]*@)?(?<place>[^\s?#"'<>]*)(?<query>[?#][^\s"'<>]*)?""", RegexOptions.ExplicitCapture)]
    private static partial Regex Url();
}
