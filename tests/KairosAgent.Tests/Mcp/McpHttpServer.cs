using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using KairosAgent.Tests.Chat;
using Microsoft.AspNetCore.Http;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace KairosAgent.Tests.Mcp;

/// <summary>An MCP server that speaks streamable HTTP, with sessions or without. Thread-safe.</summary>
internal sealed class McpHttpServer : IAsyncDisposable
{
    private readonly McpServerOptions _options;
    private readonly ConcurrentQueue<string> _keys = new();

    private int _refusals;
    private int _starts;

    private McpHttpServer(McpServerTool[] tools) =>
        _options = new McpServerOptions { ServerInfo = new Implementation { Name = "web", Version = "1" }, ToolCollection = [.. tools] };

    public WebServer Web { get; private set; } = null!;

    /// <summary>What it answers requests with in place of MCP; null for MCP.</summary>
    public RequestDelegate? Instead { get; set; }

    /// <summary>The status that the next calls of tools are refused with, and how many, as of a session that is not known any more.</summary>
    public (int Status, int Calls) Refuses { get; set; }

    /// <summary>What a refusal says: a text, or JSON.</summary>
    public string Refusal { get; set; } = "Session not found";

    /// <summary>What it does when a session is ended; null where it has none, as in the protocol's newest version.</summary>
    public RequestDelegate? OnDelete { get; set; }

    /// <summary>What it answers requests of one method with in place of MCP.</summary>
    public Dictionary<string, Func<HttpContext, JsonRpcRequest, Task>> InsteadOf { get; } = [];

    private string Session => Volatile.Read(ref _starts).ToString(CultureInfo.InvariantCulture);

    /// <summary>What stood in the header <c>X-Key</c> of each request.</summary>
    public IReadOnlyCollection<string> Keys => _keys;

    public static async Task<McpHttpServer> StartAsync(params McpServerTool[] tools)
    {
        var server = new McpHttpServer(tools);
        server.Web = await WebServer.StartAsync(server.AnswerAsync);
        return server;
    }

    /// <summary>Forgets its sessions.</summary>
    public void Restart() => Interlocked.Increment(ref _starts);

    /// <summary>Answers a request for the list of tools.</summary>
    public static Task ListAsync(HttpContext context, JsonRpcRequest request, ListToolsResult tools) => AnswerAsync(
        context, new JsonRpcResponse { Id = request.Id, Result = JsonSerializer.SerializeToNode(tools, McpJsonUtilities.DefaultOptions) });

    /// <summary>Answers a request.</summary>
    public static Task AnswerAsync(HttpContext context, JsonRpcMessage answer)
    {
        context.Response.ContentType = "application/json";
        return JsonSerializer.SerializeAsync(context.Response.Body, answer, McpJsonUtilities.DefaultOptions);
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

        if (OnDelete is not null && HttpMethods.IsDelete(context.Request.Method))
        {
            await OnDelete(context);
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
        if (message is JsonRpcRequest request && await AnswersByItselfAsync(context, request)) return;
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

    private async Task<bool> AnswersByItselfAsync(HttpContext context, JsonRpcRequest request)
    {
        const string Header = "Mcp-Session-Id";
        if (InsteadOf.TryGetValue(request.Method, out var instead)) await instead(context, request);
        else if (request.Method == "tools/call" && Interlocked.Increment(ref _refusals) <= Refuses.Calls) await RefuseAsync(context, Refuses.Status);
        else if (OnDelete is null) return false;
        else if (request.Method != "initialize" && context.Request.Headers[Header] != Session) await RefuseAsync(context, StatusCodes.Status400BadRequest);
        else
        {
            context.Response.Headers[Header] = Session;
            return false;
        }

        return true;
    }

    private Task RefuseAsync(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        if (Refusal.StartsWith('{')) context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(Refusal);
    }
}
