using Kairos.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Kairos.Extensions.Http;

/// <summary>
/// The guard of one registered client, in one container. Kairos need not run when the client is made: it is asked at the first request.
/// Thread-safe.
/// </summary>
internal sealed class HttpGuard : IDisposable
{
    private static readonly string[] Repeatable = ["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE"];
    private static readonly GuardedCallOptions Repeated = new() { Operation = "send" };
    private static readonly GuardedCallOptions Once = Repeated with { IsIdempotent = false };

    private readonly KairosHttpOptions _options;
    private readonly Lazy<(ComponentGuard Guard, HostGuards? Hosts)> _component;

    public HttpGuard(IServiceProvider services, string component, KairosHttpOptions options)
    {
        _options = options;
        Others = new OtherRetries(services.GetService<ILoggerFactory>(), component);
        _component = new Lazy<(ComponentGuard, HostGuards?)>(
            () => Make(services, component), LazyThreadSafetyMode.PublicationOnly); // a Kairos that does not run yet may do so at the next request
    }

    /// <summary>The clients that the factory has made.</summary>
    public ClientTimeouts Clients { get; } = new();

    /// <summary>Looks for other handlers that retry.</summary>
    public OtherRetries Others { get; }

    /// <summary>Makes a request under the guard.</summary>
    /// <param name="send">The handlers beneath.</param>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">The client's token: its caller's, and its own time limit.</param>
    public Task<HttpResponseMessage> SendAsync(
        Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> send, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var (guard, hosts) = _component.Value;
        var isRepeatable = IsRepeatable(request);
        var call = new HttpCall(send, request, isRepeatable, Clients, cancellationToken);
        return hosts is null ? call.RunAsync(guard, OptionsFor(isRepeatable)) : SendToHostAsync(call, request.RequestUri, guard, hosts, OptionsFor(isRepeatable));
    }

    public void Dispose()
    {
        if (_component.IsValueCreated) _component.Value.Hosts?.Dispose();
    }

    private static GuardedCallOptions OptionsFor(bool isRepeatable) => isRepeatable ? Repeated : Once;

    private static async Task<HttpResponseMessage> SendToHostAsync(HttpCall call, Uri? uri, ComponentGuard guard, HostGuards hosts, GuardedCallOptions options)
    {
        using var host = hosts.Enter(uri);
        try
        {
            return await call.RunAsync(host.Guard, options).ConfigureAwait(false);
        }
        catch (ComponentRefusedException refused) when (refused.Reason == RefusalReason.MaxComponents && refused.Component == host.Component)
        {
            return await call.RunAsync(guard, options).ConfigureAwait(false); // Kairos takes no more components
        }
    }

    private bool IsRepeatable(HttpRequestMessage request) =>
        (_options.IsIdempotent?.Invoke(request) ?? Repeatable.Contains(request.Method.Method, StringComparer.OrdinalIgnoreCase))
        && (request.Content is null || request.Content.Headers.ContentLength <= _options.MaxBufferedBytes);

    private (ComponentGuard Guard, HostGuards? Hosts) Make(IServiceProvider services, string component)
    {
        var kairos = SetupMistakes.RequiredOf(services);
        var guard = kairos[component];
        guard = guard.With(HttpFailures.Understood(_options.Classifier ?? guard.Classifier));
        var time = services.GetRequiredService<IOptions<KairosOptions>>().Value.TimeProvider;
        return (guard, _options.PerHost ? new HostGuards(kairos, guard, _options, time) : null);
    }
}
