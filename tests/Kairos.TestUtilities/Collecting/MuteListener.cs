using System.Net.Sockets;
using Kairos.TestUtilities.Ports;

namespace Kairos.TestUtilities.Collecting;

/// <summary>Lets whoever comes connect, and never says a word to them.</summary>
internal sealed class MuteListener : IAsyncDisposable
{
    private readonly Socket _listener;
    private readonly List<Socket> _connections = [];
    private readonly TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _accepting;

    public MuteListener(ReservedPort port)
    {
        _listener = port.Bind();
        _listener.Listen();
        _accepting = AcceptAsync();
    }

    /// <summary>Waits until somebody waits for a word.</summary>
    public Task WaitForConnectionAsync(CancellationToken cancellationToken) => _connected.Task.WaitAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _accepting;
        foreach (var connection in _connections) connection.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _connections.Add(await _listener.AcceptAsync());
                _connected.TrySetResult();
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // That is how it ends.
        }
    }
}
