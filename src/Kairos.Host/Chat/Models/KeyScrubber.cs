using System.Text;

namespace Kairos.Host.Chat.Models;

/// <summary>
/// Takes the key out of answers that say no: some servers repeat it there, and what they say becomes the text of an error, in logs and
/// traces. What looks like any key is taken out there as well; this knows the very one.
/// </summary>
internal sealed class KeyScrubber(string key) : DelegatingHandler(new SocketsHttpHandler())
{
    private const int MaxBytes = 64 * 1024;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (response.IsSuccessStatusCode || key.Length == 0) return response;
        if (response.ReasonPhrase?.Contains(key, StringComparison.Ordinal) == true) response.ReasonPhrase = null;
        var body = new byte[MaxBytes];
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        var length = await stream.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        var text = Encoding.UTF8.GetString(body, 0, length).Replace(key, "***", StringComparison.Ordinal);
        var scrubbed = new ByteArrayContent(Encoding.UTF8.GetBytes(text));
        scrubbed.Headers.ContentType = response.Content.Headers.ContentType;
        response.Content = scrubbed;
        return response;
    }
}
