using System.Net;
using System.Net.Sockets;

namespace Kairos.TestUtilities.Ports;

/// <summary>
/// Ports for programs that have to be told one: below those that the system hands out itself, so that nobody is given one in between, and
/// each only once.
/// </summary>
internal static class FreePorts
{
    private const int First = 20_000;
    private const int Count = 10_000;
    private static int _next = Random.Shared.Next(Count);

    public static int Take()
    {
        while (true)
        {
            var port = First + (Interlocked.Increment(ref _next) % Count);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken: the next one.
            }
        }
    }
}
