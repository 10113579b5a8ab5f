using System.IO.Pipelines;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Kairos.Extensions.AI.Tests.Tools;

/// <summary>A real MCP server and a real client of it, over pipes.</summary>
internal sealed class McpServerInProcess : IAsyncDisposable
{
    private readonly Pipe _toServer = new();
    private readonly Pipe _toClient = new();
    private readonly McpServer _server;
    private readonly Task _serving;

    private McpServerInProcess(McpServerPrimitiveCollection<McpServerTool> tools)
    {
        _server = McpServer.Create(
            new StreamServerTransport(_toServer.Reader.AsStream(), _toClient.Writer.AsStream()),
            new McpServerOptions { ServerInfo = new Implementation { Name = "Files", Version = "1" }, ToolCollection = tools });
        _serving = _server.RunAsync();
    }

    public McpClient Client { get; private set; } = null!;

    public static async Task<McpServerInProcess> StartAsync(params McpServerTool[] tools)
    {
        var server = new McpServerInProcess([.. tools]);
        server.Client = await McpClient.CreateAsync(
            new StreamClientTransport(server._toServer.Writer.AsStream(), server._toClient.Reader.AsStream()));
        return server;
    }

    /// <summary>Ends the connection as a process that crashes does.</summary>
    public async Task CrashAsync()
    {
        await _toClient.Writer.CompleteAsync();
        await _toServer.Reader.CompleteAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await CrashAsync();
        await _server.DisposeAsync();
        await Task.WhenAny(_serving);
    }
}
