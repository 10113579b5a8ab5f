using System.Net;
using Kairos.Benchmarks.Measuring;
using Microsoft.Extensions.DependencyInjection;

namespace Kairos.Benchmarks.Subjects;

/// <summary>Clients of the factory's whose requests are answered from memory: one with nothing in its pipeline, one with a guard, one with
/// .NET's standard resilience. Limits and retries of the last two are alike.</summary>
internal sealed class MemoryClients : IDisposable
{
    private readonly ServiceProvider _services;

    public MemoryClients(IKairos kairos)
    {
        var services = new ServiceCollection().AddSingleton(kairos);
        services.ConfigureHttpClientDefaults(client => client.ConfigurePrimaryHttpMessageHandler(() => new FromMemory()));
        services.AddHttpClient(nameof(Bare));
        services.AddHttpClient(nameof(Guarded)).AddKairos("tools/search");
        services.AddHttpClient(nameof(Resilient)).AddStandardResilienceHandler();
        _services = services.BuildServiceProvider();
        var clients = _services.GetRequiredService<IHttpClientFactory>();
        (Bare, Guarded, Resilient) = (clients.CreateClient(nameof(Bare)), clients.CreateClient(nameof(Guarded)), clients.CreateClient(nameof(Resilient)));
    }

    public HttpClient Bare { get; }

    public HttpClient Guarded { get; }

    public HttpClient Resilient { get; }

    public void Dispose() => _services.Dispose();

    private sealed class FromMemory : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { RequestMessage = request });
    }
}

/// <summary>A request that is answered at once.</summary>
internal readonly struct Request(HttpClient client) : ICaller
{
    private static readonly Uri Place = new("http://memory.example/");

    public async ValueTask<int> CallAsync()
    {
        using var response = await client.GetAsync(Place, HttpCompletionOption.ResponseHeadersRead);
        return response.IsSuccessStatusCode ? 1 : 0;
    }
}
