using System.Net.Http.Headers;

namespace Kairos.Extensions.Http;

/// <summary>Copies of a request that is sent more than once.</summary>
internal static class RequestCopy
{
    /// <summary>Reads a body, which is kept in its content as well. What it throws is the content's own, before anything is sent.</summary>
    public static async ValueTask<byte[]> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        await content.LoadIntoBufferAsync(content.Headers.ContentLength ?? 0, cancellationToken).ConfigureAwait(false); // a content that lies about its length is not believed
        return await content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A request like another one that was never sent.</summary>
    /// <param name="request">The other one.</param>
    /// <param name="body">Its body, where it has one.</param>
    public static HttpRequestMessage Of(HttpRequestMessage request, byte[]? body)
    {
        var copy = new HttpRequestMessage(request.Method, request.RequestUri) { Version = request.Version, VersionPolicy = request.VersionPolicy };
        Add(request.Headers.NonValidated, copy.Headers);
        foreach (var (key, value) in request.Options) ((IDictionary<string, object?>)copy.Options)[key] = value;
        if (body is null) return copy;
        copy.Content = new ByteArrayContent(body);
        Add(request.Content!.Headers.NonValidated, copy.Content.Headers);
        return copy;
    }

    private static void Add(HttpHeadersNonValidated from, HttpHeaders to)
    {
        foreach (var (name, values) in from)
        {
            if (values.Count == 1) to.TryAddWithoutValidation(name, values.ToString());
            else to.TryAddWithoutValidation(name, values);
        }
    }
}
