namespace Kairos.Extensions.Http;

/// <summary>Has a guard make the requests of a client. The guard outlives the handler, which its factory replaces every few minutes.</summary>
internal sealed class KairosHandler : DelegatingHandler
{
    private readonly HttpGuard _guard;
    private readonly Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> _beneath;

    public KairosHandler(HttpGuard guard) => (_guard, _beneath) = (guard, base.SendAsync);

    /// <summary>Its guard.</summary>
    public HttpGuard Guard => _guard;

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        _guard.SendAsync(_beneath, request, cancellationToken);

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var answer = _guard.SendAsync((sent, token) => Task.FromResult(base.Send(sent, token)), request, cancellationToken);
#pragma warning disable RS0030 // who sends synchronously blocks a thread: here while it waits for a permit or a retry
        return answer.GetAwaiter().GetResult();
#pragma warning restore RS0030
    }
}
