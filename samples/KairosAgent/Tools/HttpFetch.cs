using System.ComponentModel;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Kairos;
using KairosAgent.Settings;

namespace KairosAgent.Tools;

/// <summary>
/// The tool that fetches pages, within limits. An address is checked where the connection is made, so that neither a name nor a redirection
/// leads past the check; a proxy would, and none is used. What the model got wrong is told in words; what failed is thrown.
/// </summary>
internal sealed class HttpFetch : IDisposable
{
    private const int MaxRedirections = 5;
    private readonly FetchOptions _options;
    private readonly HttpClient _client;

    public HttpFetch(FetchOptions options)
    {
        _options = options;
        var handler = new SocketsHttpHandler { ConnectCallback = ConnectAsync, UseProxy = false, UseCookies = false, MaxAutomaticRedirections = MaxRedirections };
        _client = new HttpClient(handler) { Timeout = options.Timeout, DefaultRequestHeaders = { { "User-Agent", "kairos" } } };
    }

    [Idempotent]
    [Description("Fetches a page from the internet by http or https, and returns the beginning of its text.")]
    public async Task<string> FetchAsync([Description("The address, beginning with http:// or https://.")] string url, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps))
            return "Nothing was fetched: only addresses that begin with http:// or https:// are allowed.";
        try
        {
            return await ReadAsync(address, cancellationToken).ConfigureAwait(false);
        }
        catch (HttpRequestException exception) when (exception.InnerException is AddressRefusedException)
        {
            return "Nothing was fetched: the address is one of this machine or of a private network, and these are not allowed.";
        }
        catch (HttpRequestException exception) when (exception.InnerException is SocketException { SocketErrorCode: SocketError.HostNotFound })
        {
            return "Nothing was fetched: there is no such host.";
        }
        catch (UriFormatException)
        {
            return "Nothing was fetched: the server leads to an address that is none of the web.";
        }
    }

    public void Dispose() => _client.Dispose();

    private async Task<string> ReadAsync(Uri address, CancellationToken cancellationToken)
    {
        // HttpClient's own limit ends with the headers; a page that never ends must end, too.
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_options.Timeout);
        try
        {
            using var response = await _client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, limit.Token).ConfigureAwait(false);
            if (response.StatusCode >= HttpStatusCode.InternalServerError) response.EnsureSuccessStatusCode();
            if (!response.IsSuccessStatusCode) return $"Nothing was fetched: the server answered {(int)response.StatusCode}.";
            await using var body = await response.Content.ReadAsStreamAsync(limit.Token).ConfigureAwait(false);
            var bytes = new byte[_options.MaxBytes + 1];
            var length = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, limit.Token).ConfigureAwait(false);
            var text = Encoding.UTF8.GetString(bytes, 0, Math.Min(length, _options.MaxBytes));
            return length > _options.MaxBytes ? $"{text}\n(cut after {_options.MaxBytes} bytes)" : text;
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException("The page took too long.", exception);
        }
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var host = context.DnsEndPoint.Host;
        var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(host, cancellationToken).ConfigureAwait(false);
        var allowed = _options.AllowPrivate ? addresses : Array.FindAll(addresses, PublicAddresses.Contains);
        if (allowed.Length == 0) throw new AddressRefusedException();
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, context.DnsEndPoint.Port, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private sealed class AddressRefusedException : IOException;
}
