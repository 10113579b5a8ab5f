using KairosAgent.Settings;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace KairosAgent.Mcp;

/// <summary>
/// The connection to one MCP server, which is made anew by the next call where the server has gone meanwhile, or does not know the session any
/// more. What a server writes to standard error is not shown: it may hold what the server was given in secret. Thread-safe.
/// </summary>
internal sealed class McpConnection(string name, McpOptions options) : IAsyncDisposable
{
    /// <summary>How many tools a server may have.</summary>
    public const int MostTools = 1000;

    private static readonly TimeSpan LongestProbe = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _gate = new(1);
    private McpClient? _client;
    private McpProgram? _program;
    private bool _isDisposed;

    /// <summary>The tools of the server, as it lists them now.</summary>
    /// <exception cref="TimeoutException">It takes longer than it may.</exception>
    /// <exception cref="McpEndedException">It lists more than it may.</exception>
    public async Task<IList<McpClientTool>> ListToolsAsync(CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(options.StartupTimeout);
        try
        {
            var client = await ClientAsync(limit.Token).ConfigureAwait(false);
            return await ListAsync(client, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (!cancellation.IsCancellationRequested)
        {
            throw new TimeoutException($"no answer within {options.StartupTimeout}", exception);
        }
    }

    /// <summary>The client of a server that is there.</summary>
    public async ValueTask<McpClient> ClientAsync(CancellationToken cancellation)
    {
        await _gate.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_client is { Completion.IsCompleted: false } alive) return alive;
            await EndAsync().ConfigureAwait(false);
            return _client = await ConnectAsync(cancellation).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _gate.WaitAsync().ConfigureAwait(false);
        _isDisposed = true;
        await EndAsync().ConfigureAwait(false);
        _gate.Release();
    }

    /// <summary>Leaves a client whose session the server has refused: the next call makes a new one.</summary>
    public async ValueTask ForgetAsync(McpClient client)
    {
        await _gate.WaitAsync().ConfigureAwait(false);
        try
        {
            if (ReferenceEquals(_client, client)) await EndAsync().ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Why a server has gone that was there.</summary>
    public async ValueTask<McpEndedException> ReasonOfEndAsync(Exception? cause = null) =>
        new(_program is { } program && await program.ReasonOfEndAsync().ConfigureAwait(false) is { } reason ? reason : "its connection has ended", cause);

    private async ValueTask EndAsync()
    {
        var (client, program) = (_client, _program);
        (_client, _program) = (null, null);
        if (client is not null) await client.DisposeAsync().ConfigureAwait(false);
        if (program is not null) await program.DisposeAsync().ConfigureAwait(false);
    }

    private static async Task<IList<McpClientTool>> ListAsync(McpClient client, CancellationToken cancellation)
    {
        var tools = new List<McpClientTool>();
        var page = new ListToolsRequestParams();
        do
        {
            var listed = await client.ListToolsAsync(page, cancellation).ConfigureAwait(false);
            tools.AddRange(listed.Tools.Select(tool => new McpClientTool(client, tool)));
            if (tools.Count > MostTools) throw new McpEndedException($"it lists more than {MostTools} tools", null);
            page = new ListToolsRequestParams { Cursor = listed.NextCursor };
        }
        while (page.Cursor is not null);
        return tools;
    }

    private async Task<McpClient> ConnectAsync(CancellationToken cancellation)
    {
        if (options.Url.Length == 0) _program = McpProgram.Start(options, EnvironmentOf(AgentSettings.OfProcess().Keys));
        try
        {
            return await CreateAsync(_program?.Transport ?? Http(), cancellation).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            var reason = _program is null || cancellation.IsCancellationRequested ? null : await _program.ReasonOfEndAsync().ConfigureAwait(false);
            await EndAsync().ConfigureAwait(false);
            if (reason is not null) throw new McpEndedException(reason, exception);
            throw;
        }
    }

    private Task<McpClient> CreateAsync(IClientTransport transport, CancellationToken cancellation)
    {
        var probe = options.StartupTimeout / 3; // a server that does not know the question must still be asked the older one
        return McpClient.CreateAsync(
            transport,
            new McpClientOptions
            {
                InitializationTimeout = options.StartupTimeout,
                DiscoverProbeTimeout = probe < LongestProbe ? probe : LongestProbe,
            },
            cancellationToken: cancellation);
    }

    /// <summary>The headers are secrets: a redirection would take them elsewhere.</summary>
    private HttpClientTransport Http() => new(
        new HttpClientTransportOptions
        {
            Name = name,
            Endpoint = new Uri(options.Url),
            TransportMode = HttpTransportMode.StreamableHttp,
            AdditionalHeaders = new Dictionary<string, string>(options.Headers),
            ConnectionTimeout = options.StartupTimeout,
        },
        new HttpClient(new BoundedHandler(options.MaxMessageBytes, new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })) { Timeout = Timeout.InfiniteTimeSpan },
        ownsHttpClient: true);

    /// <summary>The server inherits the variables, but not Kairos' own, among which is the model's key, nor those of its telemetry.</summary>
    private Dictionary<string, string?> EnvironmentOf(IEnumerable<string> inherited)
    {
        string[] prefixes = ["KAIROS_", "OTEL_"];
        var own = inherited.Where(variable => prefixes.Any(prefix => variable.StartsWith(prefix, StringComparison.Ordinal)));
        var environment = own.ToDictionary(variable => variable, _ => (string?)null, StringComparer.Ordinal);
        foreach (var (variable, value) in options.Environment) environment[variable] = value;
        return environment;
    }
}
