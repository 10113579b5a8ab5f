using Akka.Actor;
using Kairos;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

internal static class Client
{
    public static async Task RunAsync()
    {
        await using var server = await StartServerAsync();
        var system = ActorSystem.Create("agent");
        var kairos = system.UseKairos(options => options.Component("tools/search", c => c with
        {
            Call = c.Call with { Retry = c.Call.Retry with { InitialDelay = TimeSpan.FromMilliseconds(1), Budget = 0 } },
        }));
        var services = new ServiceCollection();
        services.AddSingleton(kairos);
        ClientServices.Register(services);
        await using var provider = services.BuildServiceProvider();
        using var http = provider.GetRequiredService<IHttpClientFactory>().CreateClient("search");
        http.BaseAddress = new Uri(server.Urls.Single());

        for (var i = 0; i < 4; i++) await AskAsync(http);
        await system.Terminate();
    }

    private static async Task AskAsync(HttpClient http)
    {
        // snippet: src/Kairos.Extensions.Http/README.md answer
    }

    // Is overloaded, hangs up, answers, and then fails for good.
    private static async Task<WebApplication> StartServerAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = builder.Build();
        var requests = 0;
        server.Run(context =>
        {
            var number = Interlocked.Increment(ref requests);
            if (number == 2) context.Abort();
            else context.Response.StatusCode = number switch { 1 => 503, 3 => 200, _ => 500 };
            return Task.CompletedTask;
        });
        await server.StartAsync();
        return server;
    }
}
