using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;

namespace Kairos.Extensions.AI;

/// <summary>
/// The content of an answer, which a witness reads along. What is compressed is decompressed beneath the witness: the handler does so above it, if
/// at all, so that the witness would not understand what comes in, and would count a gigabyte as a megabyte.
/// </summary>
internal sealed class WitnessedContent : HttpContent
{
    private readonly HttpContent _inner;
    private readonly WitnessedAnswer _answer;
    private readonly Func<Stream, Stream>? _decoder;

    public WitnessedContent(HttpContent inner, WitnessedAnswer answer)
    {
        (_inner, _answer, _decoder) = (inner, answer, DecoderOf(inner.Headers));
        foreach (var (name, values) in inner.Headers.NonValidated) Headers.TryAddWithoutValidation(name, values);
        Headers.ContentLength = null; // it may end before that, and nobody is to make room for more than may come in
        if (_decoder is not null) Headers.ContentEncoding.Clear();
    }

    /// <summary>Whether a content can be read along, since it is not encoded, or in a way that can be undone.</summary>
    public static bool IsReadable(HttpContentHeaders headers) => headers.ContentEncoding.Count == 0 || DecoderOf(headers) is not null;

    protected override Task<Stream> CreateContentReadStreamAsync() => CreateContentReadStreamAsync(CancellationToken.None);

    protected override async Task<Stream> CreateContentReadStreamAsync(CancellationToken cancellationToken) =>
        Witnessed(await _inner.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false));

    protected override Stream CreateContentReadStream(CancellationToken cancellationToken) => Witnessed(_inner.ReadAsStream(cancellationToken));

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var body = await CreateContentReadStreamAsync(cancellationToken).ConfigureAwait(false);
        await using var end = body.ConfigureAwait(false);
        await body.CopyToAsync(stream, cancellationToken).ConfigureAwait(false);
    }

    protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        using var body = CreateContentReadStream(cancellationToken);
        body.CopyTo(stream);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _inner.Dispose();
        base.Dispose(disposing);
    }

    private WitnessedStream Witnessed(Stream body) => new(_decoder is null ? body : _decoder(body), _answer);

    private static Func<Stream, Stream>? DecoderOf(HttpContentHeaders headers) =>
        headers.ContentEncoding.Count != 1 ? null : headers.ContentEncoding.Single().ToLowerInvariant() switch
        {
            "gzip" or "x-gzip" => static body => new GZipStream(body, CompressionMode.Decompress),
            "deflate" => static body => new ZLibStream(body, CompressionMode.Decompress),
            "br" => static body => new BrotliStream(body, CompressionMode.Decompress),
            _ => null,
        };
}

/// <summary>Reads a body with a witness, no further than it has to be read.</summary>
internal sealed class WitnessedStream(Stream inner, WitnessedAnswer answer) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (answer.IsOver) return 0;
        var count = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        return Take(buffer.Span[..count], buffer.IsEmpty);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(Span<byte> buffer)
    {
        if (answer.IsOver) return 0;
        var count = inner.Read(buffer);
        return Take(buffer[..count], buffer.IsEmpty);
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

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

    private int Take(ReadOnlySpan<byte> bytes, bool isProbe)
    {
        if (!bytes.IsEmpty) answer.Take(bytes);
        else if (!isProbe) answer.End();
        return bytes.Length;
    }
}
