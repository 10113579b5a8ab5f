using System.Text.Json;
using Kairos.Tests.Calls;
using Kairos.Tests.Faults;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Time.Testing;
using ModelContextProtocol.Client;

namespace Kairos.Extensions.AI.Tests.Tools;

/// <summary>A real MCP client over HTTP, and a server that was restarted, or is none any more.</summary>
public sealed class McpHttpSpecs : IAsyncLifetime
{
    private const string Component = "tools/web/echo";
    private const string Session = "one";
    private readonly MisbehavingServer _server;
    private AgentSystem _system = null!;
    private (int Status, string Body, string Type)? _instead;

    public McpHttpSpecs() => _server = MisbehavingServer.Start(AnswerAsync);

    public async Task InitializeAsync() => _system = await AgentSystem.StartAsync(new FakeTimeProvider(), null, "tools", Component);

    public async Task DisposeAsync()
    {
        await _system.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData(404, """{"jsonrpc":"2.0","error":{"code":-32001,"message":"Session not found"},"id":null}""", "application/json")]
    [InlineData(404, "Session not found", "text/plain")]
    [InlineData(400, """{"jsonrpc":"2.0","error":{"code":-32000,"message":"Bad Request: no valid session ID"},"id":null}""", "application/json")]
    [InlineData(400, "Bad Request", "text/plain")]
    public async Task A_refused_session_is_the_servers_failure_and_counts(int status, string body, string type)
    {
        await using var client = await ConnectAsync();
        var tool = await EchoAsync(client);
        Assert.NotNull(await tool.InvokeAsync(Arguments).AsTask().Soon());
        _instead = (status, body, type);

        for (var i = 0; i < 2; i++) await Record.ExceptionAsync(() => tool.InvokeAsync(Arguments).AsTask().Soon());

        var errors = await _system.ErrorsAsync(Component);
        Assert.Equal(2, errors.Count);
        Assert.All(errors, error => Assert.Equal((ErrorCode.ToolFailure, Verdict.Count), (error.Code, error.Verdict)));
        Assert.Equal(CircuitStatus.Open, _system.Snapshot(Component).Circuit);
        Assert.Contains("is unavailable at present", (await tool.InvokeAsync(Arguments).AsTask().Soon())?.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(401, ErrorCode.Unauthorized)]
    [InlineData(403, ErrorCode.Unauthorized)]
    public async Task Refused_credentials_are_what_they_are(int status, ErrorCode code)
    {
        await using var client = await ConnectAsync();
        var tool = await EchoAsync(client);
        _instead = (status, "no", "text/plain");

        await Expect.FailureAsync(() => tool.InvokeAsync(Arguments).AsTask());

        Assert.Equal((code, Verdict.Trip), (Assert.Single(await _system.ErrorsAsync(Component)).Code, Verdict.Trip));
    }

    private static AIFunctionArguments Arguments => new() { ["text"] = "hello" };

    private async Task<AIFunction> EchoAsync(McpClient client) =>
        (AIFunction)(await client.ListToolsAsync()).WithKairos(_system.Kairos, new ToolGuardOptions { Server = "web" }).Single();

    private async Task<McpClient> ConnectAsync() => await McpClient.CreateAsync(new HttpClientTransport(
        new HttpClientTransportOptions { Endpoint = new Uri(_server.Url, "mcp"), TransportMode = HttpTransportMode.StreamableHttp })).WaitAsync(MisbehavingServer.Limit);

    private async Task AnswerAsync(Exchange exchange)
    {
        var request = await exchange.ReadRequestAsync();
        var body = BodyOf(request);
        var method = body is null ? null : body.Value.TryGetProperty("method", out var named) ? named.GetString() : null;
        if (_instead is { } instead) await WriteAsync(exchange, instead.Status, instead.Body, instead.Type);
        else if (method is null || !request.StartsWith("POST", StringComparison.Ordinal)) await WriteAsync(exchange, 405, "", "text/plain");
        else if (!body!.Value.TryGetProperty("id", out var id)) await WriteAsync(exchange, 202, "", "text/plain");
        else await WriteAsync(exchange, 200, $$$"""{"jsonrpc":"2.0","id":{{{id.GetRawText()}}},{{{ResultOf(method)}}}}""", "application/json");
    }

    private static string ResultOf(string method) => method switch
    {
        "initialize" => """
            "result":{"protocolVersion":"2025-06-18","capabilities":{"tools":{}},"serverInfo":{"name":"web","version":"1"}}
            """,
        "tools/list" => """
            "result":{"tools":[{"name":"echo","inputSchema":{"type":"object","properties":{"text":{"type":"string"}}}}]}
            """,
        "tools/call" => """
            "result":{"content":[{"type":"text","text":"hello"}]}
            """,
        _ => """
            "error":{"code":-32601,"message":"Method not found"}
            """,
    };

    private static Task WriteAsync(Exchange exchange, int status, string body, string type) => exchange.WriteAsync(
        $"HTTP/1.1 {status} Status\r\nContent-Type: {type}\r\nMcp-Session-Id: {Session}\r\nConnection: close\r\nContent-Length: {System.Text.Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}");

    /// <summary>The JSON in a request, whether it came by its length or in chunks.</summary>
    private static JsonElement? BodyOf(string request)
    {
        var begin = request.IndexOf('{', request.IndexOf("\r\n\r\n", StringComparison.Ordinal));
        var end = request.LastIndexOf('}');
        return begin < 0 ? null : JsonElement.Parse(request[begin..(end + 1)]);
    }
}
