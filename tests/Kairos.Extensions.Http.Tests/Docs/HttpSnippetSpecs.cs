using Kairos.Extensions.AI.Tests;
using Kairos.Tests.Calls;
using Microsoft.Extensions.DependencyInjection;

namespace Kairos.Extensions.Http.Tests.Docs;

/// <summary>The snippet of docs/http.md, compiled and run.</summary>
public sealed class HttpSnippetSpecs
{
    [Fact]
    public async Task Clients_are_guarded_as_they_are_registered()
    {
        await using var server = await WebServer.StartAsync(WebServer.InTurn(WebServer.Status(500), WebServer.Status(200), WebServer.Status(500), WebServer.Status(200)));
        await using var system = await AgentSystem.StartAsync(TimeProvider.System, ClientSetup.Retries);
        var services = new ServiceCollection().AddSingleton(system.Kairos);
        Show(services);
        await using var provider = services.BuildServiceProvider();
        var clients = provider.GetRequiredService<IHttpClientFactory>();
        using var search = clients.CreateClient("search");
        using var pages = clients.CreateClient("pages");
        using var keyed = new HttpRequestMessage(HttpMethod.Post, server.Url) { Headers = { { "Idempotency-Key", "1" } } };

        Assert.Equal("status 200", await search.GetStringAsync(server.Url).Soon());
        using (var answer = await pages.SendAsync(keyed).Soon()) Assert.True(answer.IsSuccessStatusCode);

        await system.SettleAsync();
        Assert.Equal(1, system.Snapshot("tools/search").Errors);
        Assert.Equal(1, system.Snapshot($"tools/fetch/127.0.0.1_{server.Url.Port}").Errors);

        static void Show(IServiceCollection services)
        {
            // snippet: client
            services.AddHttpClient("search").AddKairos("tools/search");

            services.AddHttpClient("pages").AddKairos("tools/fetch", options =>
            {
                options.PerHost = true; // tools/fetch/example.com, for as long as it is asked
                options.IsIdempotent = request => request.Headers.Contains("Idempotency-Key") ? true : null; // null: the method says it
            });
            // end
        }
    }
}
