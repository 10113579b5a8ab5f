using Kairos;
using KairosAgent.Settings;
using KairosAgent.Text;

namespace KairosAgent.Mcp;

/// <summary>
/// The MCP servers of the agent and their tools, each guarded as <c>tools/{server}/{tool}</c>. A server that is not to be had is told, is an
/// error of <c>tools/{server}</c>, and the agent goes on without it.
/// </summary>
internal sealed class McpServers : IAsyncDisposable
{
    private readonly List<McpConnection> _connections = [];

    private McpServers()
    {
    }

    /// <summary>The tools of the servers that are there, with the server of each.</summary>
    public IReadOnlyList<ServerTool> Tools { get; private set; } = [];

    /// <summary>Starts all servers at once.</summary>
    /// <exception cref="OperationCanceledException">It was stopped; what had been started is stopped, too.</exception>
    public static async Task<McpServers> StartAsync(AgentOptions options, IKairos kairos, TextWriter log, CancellationToken stopping)
    {
        var servers = new McpServers();
        try
        {
            var starts = options.Mcp.Select(server => servers.StartAsync(server.Key, server.Value, kairos, log, stopping));
            var tools = await Task.WhenAll(starts).ConfigureAwait(false);
            servers.Tools = [.. tools.SelectMany(ofOne => ofOne)];
            return servers;
        }
        catch
        {
            await servers.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async ValueTask DisposeAsync() =>
        await Task.WhenAll(_connections.Select(connection => connection.DisposeAsync().AsTask())).ConfigureAwait(false);

    private async Task<IReadOnlyList<ServerTool>> StartAsync(
        string name, McpOptions options, IKairos kairos, TextWriter log, CancellationToken stopping)
    {
        var connection = new McpConnection(name, options);
        _connections.Add(connection);
        try
        {
            var secrets = new Secrets(options.Secrets);
            var tools = await connection.ListToolsAsync(stopping).ConfigureAwait(false);
            await log.WriteLineAsync($"mcp server {name}: {tools.Count} {(tools.Count == 1 ? "tool" : "tools")}").ConfigureAwait(false);
            return [.. tools.Select(tool => new ServerTool(name, options, new McpFunction(tool, connection, secrets)))];
        }
        catch (Exception exception) when (!stopping.IsCancellationRequested)
        {
            var failure = McpFailure.Of(exception, options.StartupTimeout);
            var error = new KairosError(failure.Code, $"The MCP server is not to be had: {failure.Reason}.");
            kairos[$"{ServerTool.Root}{ComponentName.Separator}{name}"].ReportError(error);
            var line = $"mcp server {name} is not to be had: {failure.Reason}; the agent goes on without its tools";
            await log.WriteLineAsync(line).ConfigureAwait(false);
            return [];
        }
    }
}
