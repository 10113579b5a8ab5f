using KairosAgent.Settings;
using ModelContextProtocol.Client;

namespace KairosAgent.Mcp;

/// <summary>
/// The connection to one MCP server, which is made anew by the next call where the server has gone meanwhile. What a server writes to
/// standard error is not shown: it may hold what the server was given in secret. Thread-safe.
/// </summary>
internal sealed class McpConnection(string name, McpOptions options) : IAsyncDisposable
{
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestProbe = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _gate = new(1);
    private McpClient? _client;
    private bool _isDisposed;

    /// <summary>The tools of the server, as it lists them now.</summary>
    /// <exception cref="TimeoutException">It takes longer than it may.</exception>
    public async Task<IList<McpClientTool>> ListToolsAsync(CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(options.StartupTimeout);
        try
        {
            var client = await ClientAsync(limit.Token).ConfigureAwait(false);
            return await client.ListToolsAsync(cancellationToken: limit.Token).ConfigureAwait(false);
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
            if (_client is not null) await _client.DisposeAsync().ConfigureAwait(false);
            _client = null;
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
        if (_client is not null) await _client.DisposeAsync().ConfigureAwait(false);
        _gate.Release();
    }

    private Task<McpClient> ConnectAsync(CancellationToken cancellation)
    {
        var probe = options.StartupTimeout / 3; // a server that does not know the question must still be asked the older one
        return McpClient.CreateAsync(
            options.Url.Length > 0 ? Http() : Stdio(),
            new McpClientOptions
            {
                InitializationTimeout = options.StartupTimeout,
                DiscoverProbeTimeout = probe < LongestProbe ? probe : LongestProbe,
            },
            cancellationToken: cancellation);
    }

    private StdioClientTransport Stdio() => new(new StdioClientTransportOptions
    {
        Name = name,
        Command = options.Command,
        Arguments = [.. options.Arguments],
        EnvironmentVariables = EnvironmentOf(AgentSettings.OfProcess().Keys),
        ShutdownTimeout = ShutdownTimeout,
    });

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
        new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { Timeout = Timeout.InfiniteTimeSpan },
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
