using System.Net;
using System.Net.Sockets;

namespace Kairos.Tests.Faults;

/// <summary>
/// A server on a loopback port that answers as it is told, also in ways that no web server lets one: broken off, reset, stalled, not HTTP.
/// It speaks one request per connection. Thread-safe.
/// </summary>
public sealed class MisbehavingServer : IAsyncDisposable
{
    /// <summary>How long anything here may take before a test fails.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _arrivals = new(0);
    private readonly Task _serving;
    private volatile Answer _answer;
    private volatile string? _lastRequest;
    private int _requests;

    private MisbehavingServer(Answer answer)
    {
        _answer = answer;
        _listener.Start();
        Url = new Uri($"http://{_listener.LocalEndpoint}/");
        _serving = ServeAsync();
    }

    /// <summary>Where it listens.</summary>
    public Uri Url { get; }

    /// <summary>What it does on the next connection.</summary>
    public Answer Answer
    {
        get => _answer;
        set => _answer = value;
    }

    /// <summary>How many requests it has read.</summary>
    public int Requests => Volatile.Read(ref _requests);

    /// <summary>The request that it has read last, headers and body; null before the first.</summary>
    public string? LastRequest => _lastRequest;

    public static MisbehavingServer Start(Answer answer) => new(answer);

    /// <summary>Ends when a request has been read that nobody has waited for yet.</summary>
    public async Task RequestAsync()
    {
        if (!await _arrivals.WaitAsync(Limit)) throw new TimeoutException("no request has arrived");
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _serving.WaitAsync(Limit);
        _listener.Stop();
        _stopping.Dispose();
        _arrivals.Dispose();
    }

    private async Task ServeAsync()
    {
        var exchanges = new List<Task>();
        try
        {
            while (true) exchanges.Add(ExchangeAsync(await _listener.AcceptSocketAsync(_stopping.Token)));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(exchanges);
        }
    }

    private async Task ExchangeAsync(Socket socket)
    {
        using (socket)
        {
            try
            {
                await _answer(new Exchange(socket, Arrived, _stopping.Token));
            }
            catch (Exception fault) when (fault is OperationCanceledException or IOException or SocketException)
            {
                // The client hung up, or the server is being disposed.
            }
        }
    }

    private void Arrived(string request)
    {
        _lastRequest = request;
        Interlocked.Increment(ref _requests);
        _arrivals.Release();
    }
}
