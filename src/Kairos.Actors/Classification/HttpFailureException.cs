using System.Net;

namespace Kairos;

/// <summary>
/// An HTTP answer that failed, with what <see cref="HttpRequestException"/> leaves out: the headers and the provider's code. Thrown by
/// <see cref="HttpFailure"/>, or by an application that finds an error event within a stream (status 200 and the event's code).
/// </summary>
public class HttpFailureException : HttpRequestException
{
    /// <summary>A failure with the given answer.</summary>
    public HttpFailureException(ResponseFacts facts) : base(Describe(facts), null, StatusOf(facts)) => Facts = facts;

    /// <summary>What was answered.</summary>
    public ResponseFacts Facts { get; }

    private static HttpStatusCode? StatusOf(ResponseFacts facts) => facts.Status > 0 ? (HttpStatusCode)facts.Status : null;

    /// <summary>Without anything that the callee wrote for people: providers quote keys and prompts in it.</summary>
    private static string Describe(ResponseFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        var status = facts.Status > 0 ? $"HTTP {facts.Status}" : "no answer";
        return facts.Code is { } code ? $"{status}, {code}" : status;
    }
}
