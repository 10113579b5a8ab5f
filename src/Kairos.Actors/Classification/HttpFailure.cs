using System.Net;
using System.Net.Http.Headers;
using Kairos.Classification;

namespace Kairos;

/// <summary>
/// For applications that call a component by a plain <see cref="HttpClient"/>: use it instead of
/// <see cref="HttpResponseMessage.EnsureSuccessStatusCode"/>, which drops the headers and the body, and with them the retry-after and the
/// difference between a rate limit and a used-up quota. Thread-safe.
/// </summary>
public static class HttpFailure
{
    /// <summary>
    /// Throws if the answer's status is not one of success. Then at most 32 KB of the body are read, for the provider's codes and waits alone; a body
    /// that is longer, broken, stalled or no JSON leaves it out. The response is not disposed.
    /// </summary>
    /// <param name="response">The answer.</param>
    /// <param name="cancellationToken">Ends the reading of the body; give the attempt's token, or a body that stalls holds the call. What is
    /// known by then is thrown all the same: the status has arrived.</param>
    /// <exception cref="HttpFailureException">The status is not between 200 and 299.</exception>
    public static ValueTask ThrowIfFailedAsync(this HttpResponseMessage response, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(response);
        return response.IsSuccessStatusCode ? default : ThrowAsync(response, cancellationToken);
    }

    private static async ValueTask ThrowAsync(HttpResponseMessage response, CancellationToken cancellationToken) =>
        throw new HttpFailureException(ResponseFacts.Of(
            (int)response.StatusCode, await ReadBodyAsync(response.Content, cancellationToken).ConfigureAwait(false), LookUpIn(response.Headers.NonValidated)) with
        {
            Host = response.RequestMessage?.RequestUri is { IsAbsoluteUri: true } asked ? asked.Authority : null,
        });

    private static async ValueTask<ReadOnlyMemory<byte>> ReadBodyAsync(HttpContent content, CancellationToken cancellationToken)
    {
        try
        {
            using var body = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            // One byte more than is looked at, so that a longer body is seen to be longer.
            var buffer = new byte[ErrorBody.MaxBytes + 1];
            var length = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            return buffer.AsMemory(0, length);
        }
        catch (Exception)
        {
            // The status is the failure; what went wrong after it is not.
            return default;
        }
    }

    /// <summary>Looks up a header as it came; several of one name are joined by commas.</summary>
    internal static Func<string, string?> LookUpIn(HttpHeadersNonValidated headers) =>
        name => headers.TryGetValues(name, out var values) ? string.Join(',', values) : null;
}

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
