using System.Net;
using System.Text.Json;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace KairosAgent.Mcp;

/// <summary>Bounds what a server by HTTP answers, and tells the SDK what it would not understand.</summary>
internal sealed class McpHttpHandler(int limit, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private static readonly TimeSpan LongestGoodbye = TimeSpan.FromSeconds(2);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // The end of a session, for which the SDK would wait for ever.
        using var goodbye = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (request.Method == HttpMethod.Delete) goodbye.CancelAfter(LongestGoodbye);
        var response = await base.SendAsync(request, goodbye.Token).ConfigureAwait(false);
        var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        var bounded = new StreamContent(new BoundedStream(body, limit, byLines: false, static () => { }));
        foreach (var (name, values) in response.Content.Headers.NonValidated)
        {
            if (!string.Equals(name, "Content-Length", StringComparison.OrdinalIgnoreCase)) bounded.Headers.TryAddWithoutValidation(name, values);
        }

        response.Content = bounded;
        if (response.StatusCode == HttpStatusCode.BadRequest && IsCall(request) && !await BlamesArgumentsAsync(bounded, cancellationToken).ConfigureAwait(false))
            bounded.Headers.ContentType = null; // the SDK would take JSON for the tool's own error, and not for the refusal of the session that it is
        return response;
    }

    private static bool IsCall(HttpRequestMessage request) => request.Headers.TryGetValues("Mcp-Method", out var methods) && methods.Contains("tools/call");

    private static async Task<bool> BlamesArgumentsAsync(StreamContent refusal, CancellationToken cancellationToken)
    {
        var text = await refusal.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return JsonSerializer.Deserialize<JsonRpcMessage>(text, McpJsonUtilities.DefaultOptions) is JsonRpcError { Error.Code: (int)McpErrorCode.InvalidParams };
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
