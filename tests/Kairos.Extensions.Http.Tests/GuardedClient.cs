using Kairos.Extensions.AI.Tests;
using Kairos.Tests.Calls;
using Kairos.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Kairos.Extensions.Http.Tests;

/// <summary>What a test may want otherwise of a client.</summary>
internal sealed record ClientSetup
{
    public string Component { get; init; } = "tools/search";

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public Action<KairosOptions> Kairos { get; init; } = _ => { };

    public Action<KairosHttpOptions> Options { get; init; } = _ => { };

    /// <summary>What stands around the guard.</summary>
    public Action<IHttpClientBuilder> Around { get; init; } = _ => { };

    /// <summary>What is within each attempt.</summary>
    public Action<IHttpClientBuilder> Within { get; init; } = _ => { };

    /// <summary>Three attempts with hardly a wait between them, and a circuit that does not open by itself.</summary>
    public static void Retries(KairosOptions options) => options.Defaults(c => c with
    {
        Breaker = new BreakerPolicy { ConsecutiveFailures = 1000 },
        Call = c.Call with { Retry = new RetryPolicy { MaxAttempts = 3, InitialDelay = TimeSpan.FromMilliseconds(1), Jitter = 0, Budget = 0 } },
    });
}

/// <summary>A named client of the factory's with a guard in its pipeline.</summary>
internal sealed class GuardedClient : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly string _component;

    private GuardedClient(AgentSystem system, ServiceProvider services, string component)
    {
        (System, _services, _component) = (system, services, component);
        Http = New();
    }

    public AgentSystem System { get; }

    public HttpClient Http { get; }

    public LogLines Log => _services.GetRequiredService<LogLines>();

    public ComponentSnapshot Snapshot => System.Snapshot(_component);

    public static async Task<GuardedClient> StartAsync(ClientSetup? setup = null)
    {
        setup ??= new ClientSetup();
        var system = await AgentSystem.StartAsync(setup.Time, setup.Kairos, setup.Component);
        var services = new ServiceCollection().AddSingleton(system.Kairos).AddSingleton<LogLines>()
            .Configure<KairosOptions>(options => options.TimeProvider = setup.Time);
        services.AddLogging(logging => logging.Services.AddSingleton<Microsoft.Extensions.Logging.ILoggerProvider>(provider => provider.GetRequiredService<LogLines>()));
        var client = services.AddHttpClient("search");
        setup.Around(client);
        client.AddKairos(setup.Component, setup.Options);
        setup.Within(client);
        return new GuardedClient(system, services.BuildServiceProvider(), setup.Component);
    }

    /// <summary>Another client of the same name.</summary>
    public HttpClient New() => _services.GetRequiredService<IHttpClientFactory>().CreateClient("search");

    public Task<IReadOnlyList<KairosError>> ErrorsAsync() => System.ErrorsAsync(_component);

    /// <summary>Asks, and returns the status and the body.</summary>
    public async Task<(int Status, string Body)> SendAsync(HttpMethod method, Uri url, HttpContent? content = null)
    {
        using var request = new HttpRequestMessage(method, url) { Content = content };
        using var response = await Http.SendAsync(request).Soon();
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync().Soon());
    }

    public Task<(int Status, string Body)> GetAsync(Uri url) => SendAsync(HttpMethod.Get, url);

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await System.DisposeAsync();
    }
}

/// <summary>A handler of the test's own.</summary>
internal sealed class Handler(Func<HttpRequestMessage, Func<Task<HttpResponseMessage>>, CancellationToken, Task<HttpResponseMessage>> send) : DelegatingHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        send(request, () => base.SendAsync(request, cancellationToken), cancellationToken);
}
