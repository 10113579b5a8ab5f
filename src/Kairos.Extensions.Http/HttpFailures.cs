using Kairos.Classification;

namespace Kairos.Extensions.Http;

/// <summary>What failed over HTTP, as plain HTTP means it: by the shared table, but who answers is a web server.</summary>
internal static class HttpFailures
{
    /// <summary>What an answer failed with; null where it did not. Redirections that nobody followed, and 304, are answers.</summary>
    public static FailedAnswerException? Of(HttpResponseMessage answer) => (int)answer.StatusCode < 400 ? null : new FailedAnswerException(new ResponseFacts
    {
        Status = (int)answer.StatusCode,
        Header = HttpFailure.LookUpIn(answer.Headers.NonValidated),
        Host = answer.RequestMessage?.RequestUri is { IsAbsoluteUri: true } asked ? asked.Authority : null,
        From = Answerer.Web,
    });

    /// <summary>A classifier that also takes the statuses that inner handlers throw for those of a web server.</summary>
    public static ErrorClassifier Understood(ErrorClassifier classifier) => classifier.WithAdapter(static exception => exception switch
    {
        HttpFailureException failure => failure.Facts with { From = Answerer.Web },
        HttpRequestException { StatusCode: { } status } => new ResponseFacts { Status = (int)status, From = Answerer.Web },
        _ => null,
    });
}

/// <summary>An answer with a status that failed. The guard is told so; the answer itself is the caller's.</summary>
internal sealed class FailedAnswerException(ResponseFacts facts) : HttpFailureException(facts);

/// <summary>The time of the client itself was up: as bad as any other limit that nobody answered within.</summary>
internal sealed class ClientTimeoutException(OperationCanceledException cancellation)
    : TimeoutException("There was no answer within HttpClient.Timeout.", cancellation)
{
    /// <summary>What the attempt ended in.</summary>
    public OperationCanceledException Cancellation => cancellation;
}
