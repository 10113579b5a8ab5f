using System.Net;
using System.Net.Sockets;

namespace Kairos.Tests.Faults;

/// <summary>A port that refuses connections: it is taken, so that nobody else listens there, and nobody listens.</summary>
public sealed class RefusingPort : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public RefusingPort() => _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));

    public Uri Url => new($"http://{_socket.LocalEndPoint}/");

    public void Dispose() => _socket.Dispose();
}
