using System.Collections.Concurrent;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Kairos.Extensions.Grpc.Tests;

/// <summary>A real gRPC server in this process whose service does what a test tells it to.</summary>
internal sealed class NotesServer : IAsyncDisposable
{
    private readonly WebApplication _application;

    private NotesServer()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = HttpProtocols.Http2));
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(Service);
        _application = builder.Build();
        _application.MapGrpcService<NotesService>();
    }

    public Uri Url => new(_application.Urls.Single());

    public NotesService Service { get; } = new();

    public static async Task<NotesServer> StartAsync()
    {
        var server = new NotesServer();
        await server._application.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.Zero); // what still runs is cut off
        await _application.StopAsync(now.Token);
        await _application.DisposeAsync();
        Service.Dispose();
    }
}

/// <summary>The service. What it does is set for each kind of call.</summary>
internal sealed class NotesService : Notes.NotesBase, IDisposable
{
    private readonly SemaphoreSlim _arrivals = new(0);
    private readonly ConcurrentQueue<Task> _ends = [];
    private int _calls;

    /// <summary>How many calls have arrived.</summary>
    public int Calls => Volatile.Read(ref _calls);

    public Func<int, ServerCallContext, Task<string>> OnAsk { get; set; } = (_, _) => Task.FromResult("answer");

    public Func<int, IServerStreamWriter<Note>, ServerCallContext, Task> OnListen { get; set; } = (_, _, _) => Task.CompletedTask;

    public Func<IAsyncStreamReader<Note>, ServerCallContext, Task<string>> OnTell { get; set; } = (_, _) => Task.FromResult("");

    public Func<IAsyncStreamReader<Note>, IServerStreamWriter<Note>, ServerCallContext, Task> OnTalk { get; set; } = (_, _, _) => Task.CompletedTask;

    /// <summary>A status as a service tells it.</summary>
    public static RpcException Failure(StatusCode code, params (string Name, string Value)[] trailers)
    {
        var metadata = new Metadata();
        foreach (var (name, value) in trailers) metadata.Add(name, value);
        return new RpcException(new Status(code, $"it is {code}"), metadata);
    }

    /// <summary>No answer until the caller is gone.</summary>
    public static async Task<string> Hang(ServerCallContext context)
    {
        await Task.Delay(Timeout.Infinite, context.CancellationToken);
        return "";
    }

    /// <summary>Ends when a call has arrived that nobody has waited for yet.</summary>
    public async Task CallAsync() => Assert.True(await _arrivals.WaitAsync(TimeSpan.FromSeconds(60)), "no call has arrived");

    /// <summary>Ends when all calls that have arrived have ended here.</summary>
    public async Task EndAsync()
    {
        foreach (var end in _ends) await end.WaitAsync(TimeSpan.FromSeconds(60)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose() => _arrivals.Dispose();

    public override async Task<Note> Ask(Note request, ServerCallContext context) => new() { Text = await Keep(OnAsk(Arrive(), context)) };

    public override Task Listen(Note request, IServerStreamWriter<Note> responseStream, ServerCallContext context) => Keep(OnListen(Arrive(), responseStream, context));

    public override async Task<Note> Tell(IAsyncStreamReader<Note> requestStream, ServerCallContext context)
    {
        Arrive();
        return new Note { Text = await Keep(OnTell(requestStream, context)) };
    }

    public override Task Talk(IAsyncStreamReader<Note> requestStream, IServerStreamWriter<Note> responseStream, ServerCallContext context)
    {
        Arrive();
        return Keep(OnTalk(requestStream, responseStream, context));
    }

    private int Arrive()
    {
        _arrivals.Release();
        return Interlocked.Increment(ref _calls);
    }

    private T Keep<T>(T call) where T : Task
    {
        _ends.Enqueue(call);
        return call;
    }
}
