using System.Net;
using Kairos.TestUtilities.Ports;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace KairosAgent.Tests.Chat;

/// <summary>A web server on a free port of this machine. Thread-safe.</summary>
internal sealed class WebServer : IAsyncDisposable
{
    private readonly ReservedPort _port = new();
    private readonly WebApplication _application;
    private int _requests;

    private WebServer(RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, _port.Number));
        _application = builder.Build();
        _application.Run(context =>
        {
            Interlocked.Increment(ref _requests);
            return answer(context);
        });
    }

    public int Port => _port.Number;

    public string Address => $"http://127.0.0.1:{Port}";

    /// <summary>How many requests have come.</summary>
    public int Requests => Volatile.Read(ref _requests);

    public static async Task<WebServer> StartAsync(RequestDelegate answer)
    {
        var server = new WebServer(answer);
        await server._application.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _application.StopAsync(now.Token);
        await _application.DisposeAsync();
        _port.Dispose();
    }
}
