using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Kairos.Extensions.AI.Tests;
using Kairos.Tests.Calls;
using Microsoft.Extensions.DependencyInjection;

namespace Kairos.Extensions.Grpc.Tests.Docs;

/// <summary>The snippets of docs/grpc.md, compiled and run.</summary>
public sealed class GrpcSnippetSpecs
{
    [Fact]
    public async Task A_client_is_guarded_as_it_is_registered()
    {
        await using var server = await NotesServer.StartAsync();
        server.Service.OnAsk = (number, _) => number == 1 ? throw NotesService.Failure(StatusCode.Unavailable) : Task.FromResult("second");
        await using var system = await AgentSystem.StartAsync(TimeProvider.System, GuardedNotes.Retries);
        var services = new ServiceCollection().AddSingleton(system.Kairos);
        Show(services, server.Url);
        await using var provider = services.BuildServiceProvider();

        Assert.Equal("second", (await provider.GetRequiredService<Notes.NotesClient>().AskAsync(new Note()).ResponseAsync.Soon()).Text);

        Assert.Equal(1, system.Snapshot("tools/notes").Errors);

        static void Show(IServiceCollection services, Uri address)
        {
            // snippet: client
            services.AddGrpcClient<Notes.NotesClient>(client => client.Address = address)
                .AddKairosInterceptor("tools/notes", options => options.IsIdempotent = method => method.Name == "Ask");
            // end
        }
    }

    [Fact]
    public async Task A_channel_is_guarded_without_services()
    {
        await using var server = await NotesServer.StartAsync();
        server.Service.OnAsk = (_, _) => throw NotesService.Failure(StatusCode.Unavailable);
        await using var system = await AgentSystem.StartAsync(TimeProvider.System);
        using var channel = GrpcChannel.ForAddress(server.Url);

        await Assert.ThrowsAsync<RpcException>(() => Show(system.Kairos, channel).AskAsync(new Note()).ResponseAsync.Soon());

        Assert.Equal(1, system.Snapshot("tools/notes").Errors);

        static Notes.NotesClient Show(IKairos kairos, GrpcChannel channel)
        {
            // snippet: channel
            var client = new Notes.NotesClient(channel.Intercept(new KairosClientInterceptor(kairos, "tools/notes")));
            // end
            return client;
        }
    }
}
