using System.Text.Json;
using KairosAgent.Settings;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace KairosAgent.Mcp;

/// <summary>
/// The connection to one MCP server, which is made anew by the next call where the server has gone meanwhile, or does not know the session any
/// more. What a server writes to standard error is not shown: it may hold what the server was given in secret. Thread-safe.
/// </summary>
internal sealed class McpConnection(string name, McpOptions options) : IAsyncDisposable
{
    private static readonly TimeSpan LongestProbe = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _lock = new(1);
    private McpClient? _client;
    private McpProgram? _program;
    private bool _isDisposed;

    /// <summary>The tools of the server, as it lists them now.</summary>
    /// <exception cref="TimeoutException">It takes longer than it may.</exception>
    /// <exception cref="McpEndedException">It lists more than it may.</exception>
    public async Task<IList<McpClientTool>> ListToolsAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options.StartupTimeout);
        try
        {
            var client = await ClientAsync(limit.Token).ConfigureAwait(false);
            return await ListAsync(client, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"no answer within {options.StartupTimeout}", exception);
        }
    }

    /// <summary>The client of a server that is there.</summary>
    public async ValueTask<McpClient> ClientAsync(CancellationToken cancellationToken)
    {
        await _lock.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_client is { Completion.IsCompleted: false } alive) return alive;
            await EndAsync().ConfigureAwait(false);
            return _client = await ConnectAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _lock.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _lock.WaitAsync().ConfigureAwait(false);
        _isDisposed = true;
        await EndAsync().ConfigureAwait(false);
        _lock.Release();
    }

    /// <summary>Leaves a client whose session the server has refused: the next call makes a new one.</summary>
    public async ValueTask ForgetAsync(McpClient client)
    {
        await _lock.WaitAsync().ConfigureAwait(false);
        try
        {
            if (ReferenceEquals(_client, client)) await EndAsync().ConfigureAwait(false);
        }
        finally
        {
            _lock.Release();
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

    private async Task<IList<McpClientTool>> ListAsync(McpClient client, CancellationToken cancellationToken)
    {
        var tools = new List<McpClientTool>();
        var asked = new ListToolsRequestParams();
        var bytes = 0L;
        for (var page = 0; page < options.MaxTools; page++)
        {
            var listed = await client.ListToolsAsync(asked, cancellationToken).ConfigureAwait(false);
            bytes += JsonSerializer.SerializeToUtf8Bytes(listed, McpJsonUtilities.DefaultOptions).Length;
            if (bytes > options.MaxMessageBytes) throw new McpEndedException($"it lists tools of more than {options.MaxMessageBytes} bytes (max-message-bytes)", null);
            if (tools.Count + listed.Tools.Count > options.MaxTools) throw new McpEndedException($"it lists more than {options.MaxTools} tools (max-tools)", null);
            tools.AddRange(listed.Tools.Select(tool => new McpClientTool(client, tool)));
            if (listed.NextCursor is null) return tools;
            asked = new ListToolsRequestParams { Cursor = listed.NextCursor };
        }

        throw new McpEndedException($"it lists its tools on more than {options.MaxTools} pages (max-tools)", null);
    }

    private async Task<McpClient> ConnectAsync(CancellationToken cancellationToken)
    {
        if (options.Url.Length == 0) _program = McpProgram.Start(options, EnvironmentOf(AgentSettings.OfProcess().Keys));
        try
        {
            return await CreateAsync(_program?.Transport ?? Http(), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            var reason = _program is null || cancellationToken.IsCancellationRequested ? null : await _program.ReasonOfEndAsync().ConfigureAwait(false);
            await EndAsync().ConfigureAwait(false);
            if (reason is not null) throw new McpEndedException(reason, exception);
            throw;
        }
    }

    private Task<McpClient> CreateAsync(IClientTransport transport, CancellationToken cancellationToken)
    {
        var probe = options.StartupTimeout / 3; // a server that does not know the question must still be asked the older one
        return McpClient.CreateAsync(
            transport,
            new McpClientOptions
            {
                InitializationTimeout = options.StartupTimeout,
                DiscoverProbeTimeout = probe < LongestProbe ? probe : LongestProbe,
            },
            cancellationToken: cancellationToken);
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
            EnableStandaloneGetStream = false, // nobody here reads what a server says unasked, and such a stream has no end
        },
        new HttpClient(new McpHttpHandler(options.MaxMessageBytes, new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })) { Timeout = Timeout.InfiniteTimeSpan },
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
