using System.Collections.Concurrent;
using System.Text.Json;
using KairosAgent.Tests.Chat;
using Microsoft.AspNetCore.Http;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace KairosAgent.Tests.Mcp;

/// <summary>An MCP server that speaks streamable HTTP, without sessions. Thread-safe.</summary>
internal sealed class McpHttpServer : IAsyncDisposable
{
    private readonly McpServerOptions _options;
    private readonly ConcurrentQueue<string> _keys = new();

    private int _refusals;

    private McpHttpServer(McpServerTool[] tools) =>
        _options = new McpServerOptions { ServerInfo = new Implementation { Name = "web", Version = "1" }, ToolCollection = [.. tools] };

    public WebServer Web { get; private set; } = null!;

    /// <summary>What it answers requests with in place of MCP; null for MCP.</summary>
    public RequestDelegate? Instead { get; set; }

    /// <summary>The status that the next calls of tools are refused with, and how many, as of a session that is not known any more.</summary>
    public (int Status, int Calls) Refuses { get; set; }

    /// <summary>What stood in the header <c>X-Key</c> of each request.</summary>
    public IReadOnlyCollection<string> Keys => _keys;

    public static async Task<McpHttpServer> StartAsync(params McpServerTool[] tools)
    {
        var server = new McpHttpServer(tools);
        server.Web = await WebServer.StartAsync(server.AnswerAsync);
        return server;
    }

    public ValueTask DisposeAsync() => Web.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        _keys.Enqueue(context.Request.Headers["X-Key"].ToString());
        if (Instead is not null)
        {
            await Instead(context);
            return;
        }

        if (!HttpMethods.IsPost(context.Request.Method))
        {
            context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            return;
        }

        await PostAsync(context);
    }

    private async Task PostAsync(HttpContext context)
    {
        var message = await JsonSerializer.DeserializeAsync<JsonRpcMessage>(context.Request.Body, McpJsonUtilities.DefaultOptions, context.RequestAborted);
        if (message is JsonRpcRequest { Method: "tools/call" } && Interlocked.Increment(ref _refusals) <= Refuses.Calls)
        {
            context.Response.StatusCode = Refuses.Status;
            await context.Response.WriteAsync("Session not found");
            return;
        }

        await using var transport = new StreamableHttpServerTransport { Stateless = true };
        await using var server = McpServer.Create(transport, _options);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        var serving = server.RunAsync(end.Token);
        context.Response.ContentType = "text/event-stream";
        var hasAnswered = await transport.HandlePostRequestAsync(message!, context.Response.Body, context.RequestAborted);
        if (!hasAnswered) context.Response.StatusCode = StatusCodes.Status202Accepted;
        await end.CancelAsync();
        await serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
