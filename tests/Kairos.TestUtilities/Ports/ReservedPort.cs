using System.Net;
using System.Net.Sockets;

namespace Kairos.TestUtilities.Ports;

/// <summary>
/// A free port of this machine that nobody else is given while this stands. Connections to it are refused until somebody listens there,
/// which whoever knows the port may do, as often as they like.
/// </summary>
internal sealed class ReservedPort : IDisposable
{
    // Bound, never listening: that keeps the port from being handed out, and does not stand in the way of one who listens.
    private readonly Socket _holder = Bind(0);

    public int Number => ((IPEndPoint)_holder.LocalEndPoint!).Port;

    /// <summary><c>host:port</c></summary>
    public string Authority => $"127.0.0.1:{Number}";

    /// <summary>One more socket on this port, to listen with.</summary>
    public Socket Bind() => Bind(Number);

    public void Dispose() => _holder.Dispose();

    private static Socket Bind(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
        return socket;
    }
}
