using System.Net.Sockets;

namespace Kairos.Classification;

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
