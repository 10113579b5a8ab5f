using Akka.Actor;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

internal static class NotesOnPackages
{
    public static async Task RunAsync()
    {
        await using var server = await StartServerAsync();
        var system = ActorSystem.Create("agent");
        var kairos = system.UseKairos(options => options.Component("tools/notes", c => c with
        {
            Breaker = c.Breaker with { ConsecutiveFailures = 2 },
        }));
        using var channel = GrpcChannel.ForAddress(server.Urls.Single());

        for (var i = 0; i < 4; i++) await AskAsync(channel, kairos);
        await system.Terminate();
    }

    private static async Task AskAsync(GrpcChannel channel, IKairos kairos)
    {
        // snippet: src/Kairos.Extensions.Grpc/README.md channel
    }

    private static async Task<WebApplication> StartServerAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = HttpProtocols.Http2));
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddGrpc();
        builder.Services.AddSingleton<Service>();
        var server = builder.Build();
        server.MapGrpcService<Service>();
        await server.StartAsync();
        return server;
    }

    // Answers once.
    private sealed class Service : Notes.NotesBase
    {
        private int _calls;

        public override Task<Note> Ask(Note request, ServerCallContext context) => Interlocked.Increment(ref _calls) == 1
            ? Task.FromResult(new Note { Text = "Hello." })
            : throw new RpcException(new Grpc.Core.Status(StatusCode.Unavailable, "down"));
    }
}
