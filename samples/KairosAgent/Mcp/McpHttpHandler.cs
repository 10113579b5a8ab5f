namespace KairosAgent.Mcp;

/// <summary>Bounds what a server by HTTP answers.</summary>
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
        return response;
    }
}
