using System.Net.Sockets;
using System.Text;

namespace Kairos.Tests.Faults;

/// <summary>One connection to a <see cref="MisbehavingServer"/>, as an <see cref="Answer"/> sees it.</summary>
public sealed class Exchange
{
    private const string Length = "Content-Length:";

    private readonly Socket _socket;
    private readonly Action<string> _requestArrived;
    private readonly CancellationToken _stopping;

    internal Exchange(Socket socket, Action<string> requestArrived, CancellationToken stopping)
    {
        _socket = socket;
        _requestArrived = requestArrived;
        _stopping = stopping;
    }

    /// <summary>Reads a whole request. What is left unread would turn the closing of the connection into a reset.</summary>
    public async Task<string> ReadRequestAsync()
    {
        var request = new StringBuilder();
        while (!IsWhole(request.ToString())) request.Append(await ReceiveAsync());
        _requestArrived(request.ToString());
        return request.ToString();
    }

    /// <summary>Reads whatever comes first.</summary>
    public async Task<string> ReadSomethingAsync()
    {
        var something = await ReceiveAsync();
        _requestArrived(something);
        return something;
    }

    public Task WriteAsync(string text) => WriteAsync(Encoding.UTF8.GetBytes(text));

    public async Task WriteAsync(ReadOnlyMemory<byte> rest)
    {
        while (!rest.IsEmpty) rest = rest[await _socket.SendAsync(rest, _stopping)..];
    }

    public async Task EndAsync(Ending ending)
    {
        if (ending == Ending.Reset) _socket.LingerState = new LingerOption(enable: true, seconds: 0);
        if (ending == Ending.Stall) await Task.Delay(Timeout.Infinite, _stopping);
    }

    private async Task<string> ReceiveAsync()
    {
        var buffer = new byte[16 * 1024];
        var count = await _socket.ReceiveAsync(buffer, _stopping);
        return count > 0 ? Encoding.Latin1.GetString(buffer, 0, count) : throw new EndOfStreamException("the client hung up");
    }

    private static bool IsWhole(string request)
    {
        var head = request.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (head < 0) return false;
        var headers = request[..head].Split("\r\n");
        if (headers.Contains("Transfer-Encoding: chunked")) return request.EndsWith("0\r\n\r\n", StringComparison.Ordinal);
        var length = Array.Find(headers, header => header.StartsWith(Length, StringComparison.Ordinal));
        return length is null || request.Length >= head + 4 + int.Parse(length[Length.Length..], provider: null);
    }
}
