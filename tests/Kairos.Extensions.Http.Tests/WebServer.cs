using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Kairos.Extensions.Http.Tests;

/// <summary>A request as a server has read it.</summary>
internal sealed record Received(string Method, string Path, string Body, IReadOnlyDictionary<string, string> Headers);

/// <summary>A real web server in this process that answers as it is told, and keeps what it was asked.</summary>
internal sealed class WebServer : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly ConcurrentQueue<Received> _requests = [];
    private readonly SemaphoreSlim _arrivals = new(0);

    private WebServer(RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _application = builder.Build();
        _application.Run(async context =>
        {
            await KeepAsync(context.Request);
            await answer(context);
        });
    }

    public Uri Url => new(_application.Urls.Single() + "/");

    /// <summary>What it was asked, oldest first.</summary>
    public IReadOnlyList<Received> Requests => [.. _requests];

    public static async Task<WebServer> StartAsync(RequestDelegate answer)
    {
        var server = new WebServer(answer);
        await server._application.StartAsync();
        return server;
    }

    /// <summary>Gives one answer after the other, and the last one ever after.</summary>
    public static RequestDelegate InTurn(params RequestDelegate[] answers)
    {
        var next = -1;
        return context => answers[Math.Min(Interlocked.Increment(ref next), answers.Length - 1)](context);
    }

    /// <summary>An answer with a body that says what it is.</summary>
    public static RequestDelegate Status(int status, params (string Name, string Value)[] headers) => async context =>
    {
        context.Response.StatusCode = status;
        foreach (var (name, value) in headers) context.Response.Headers.Append(name, value);
        if (status != 304) await context.Response.WriteAsync($"status {status}");
    };

    /// <summary>No headers, ever.</summary>
    public static async Task Hang(HttpContext context) => await Task.Delay(Timeout.Infinite, context.RequestAborted);

    /// <summary>Ends when a request has been read that nobody has waited for yet.</summary>
    public async Task RequestAsync() => Assert.True(await _arrivals.WaitAsync(TimeSpan.FromSeconds(60)), "no request has arrived");

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.Zero); // what still runs is cut off
        await _application.StopAsync(now.Token);
        await _application.DisposeAsync();
        _arrivals.Dispose();
    }

    private async Task KeepAsync(HttpRequest request)
    {
        using var reader = new StreamReader(request.Body);
        var body = await reader.ReadToEndAsync(request.HttpContext.RequestAborted);
        _requests.Enqueue(new Received(request.Method, request.Path, body, request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString())));
        _arrivals.Release();
    }
}
