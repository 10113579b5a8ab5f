namespace KairosAgent.Mcp;

/// <summary>What an MCP server writes, of which one message may hold so much and no more: a server that writes without end would take all memory.</summary>
/// <param name="inner">What it writes.</param>
/// <param name="limit">The most that a message may hold, in bytes.</param>
/// <param name="byLines">Whether a line is a message; otherwise all of it is one.</param>
/// <param name="onOverflow">What is done where there is more.</param>
internal sealed class BoundedStream(Stream inner, int limit, bool byLines, Action onOverflow) : Stream
{
    private long _length;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Says what has happened.</summary>
    public static string Describe(int limit) => $"it wrote a message longer than {limit} bytes (max-message-bytes)";

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        return Take(buffer.Span[..count]);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => Take(buffer.AsSpan(offset, inner.Read(buffer, offset, count)));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }

    private int Take(ReadOnlySpan<byte> bytes)
    {
        var line = byLines ? bytes.LastIndexOf((byte)'\n') : -1;
        _length = line < 0 ? _length + bytes.Length : bytes.Length - line - 1;
        if (_length <= limit) return bytes.Length;
        onOverflow();
        throw new McpEndedException(Describe(limit), null);
    }
}

/// <summary>An MCP server has ended, or was ended, and why. It is no <see cref="IOException"/>: the SDK takes such for an answer that broke off.</summary>
internal sealed class McpEndedException(string reason, Exception? inner) : Exception($"The MCP server has gone: {reason}.", inner)
{
    /// <summary>Why, in our own words.</summary>
    public string Reason => reason;
}
