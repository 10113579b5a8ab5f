using System.Net;
using System.Net.Sockets;

namespace Kairos.Extensions.AI;

/// <summary>
/// What the libraries throw that give out credentials: the component was never asked. A token that could not be had for lack of a connection
/// is left to other rules.
/// </summary>
internal static class CredentialShape
{
    private static readonly string[] Names =
    [
        "Azure.Identity.AuthenticationFailedException",
        "Microsoft.Identity.Client.MsalException",
        "Google.Apis.Auth.OAuth2.Responses.TokenResponseException",
    ];

    public static ResponseFacts? FactsOf(Exception exception)
    {
        var type = exception.GetType();
        if (!Names.Any(name => ReflectedTypes.Is(type, name))) return null;
        for (Exception? cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (SdkShape.FactsOf(cause) is { Status: > 0 } facts) return facts with { IsOfOther = true };
            if (cause is HttpRequestException { StatusCode: var status }) return status is null ? null : Refused((int)status);
            if (cause is SocketException or OperationCanceledException) return null;
        }

        return Refused((int)HttpStatusCode.Unauthorized);
    }

    private static ResponseFacts Refused(int status) => new() { Status = status, IsOfOther = true };
}
