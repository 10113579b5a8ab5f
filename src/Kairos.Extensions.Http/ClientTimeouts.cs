using System.Runtime.CompilerServices;

namespace Kairos.Extensions.Http;

/// <summary>
/// Tells a client whose time is up from a caller who cancels. Both cancel the one token that a handler sees; so what tells them apart is
/// whether a client exists whose <see cref="HttpClient.Timeout"/> has just passed. Thread-safe.
/// </summary>
internal sealed class ClientTimeouts
{
    // A client's time begins a little before the handler's. Its timer may be late where the machine is busy; much later it was that of no client.
    private static readonly TimeSpan Early = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(1);

    // Clients are made for each use, and their time may be set later than that. They live as long as their users keep them.
    private readonly ConditionalWeakTable<HttpClient, object> _clients = [];

    /// <summary>The time stamp of now. The clients' timers are the system's, whatever clock Kairos has.</summary>
    public static long Now => TimeProvider.System.GetTimestamp();

    /// <summary>Takes a client that has been made.</summary>
    public void Add(HttpClient client) => _clients.AddOrUpdate(client, this);

    /// <summary>Whether the time of one of the clients has just passed.</summary>
    /// <param name="begin">The time stamp of when the request began.</param>
    public bool HaveElapsed(long begin)
    {
        var elapsed = TimeProvider.System.GetElapsedTime(begin);
        foreach (var (client, _) in _clients)
        {
            var limit = client.Timeout;
            if (limit != Timeout.InfiniteTimeSpan && elapsed >= (limit - Early) - (limit / 50) && elapsed <= limit + Late + (limit / 10)) return true;
        }

        return false;
    }
}
