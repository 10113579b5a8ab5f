using System.Net;
using System.Text;
using KairosAgent.Text;

namespace KairosAgent.Models;

/// <summary>
/// Takes the key out of all that a server answers: some repeat it, and what they say becomes the text of an error, in logs and traces. What
/// looks like any key is taken out there as well; this knows the very one.
/// </summary>
internal sealed class KeyScrubber(Secrets secrets) : DelegatingHandler(new SocketsHttpHandler())
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (secrets.AreNone) return response;
        if (response.ReasonPhrase is { } reason && secrets.AreIn(reason)) response.ReasonPhrase = null;
        response.Content = new ScrubbedContent(response.Content, secrets);
        return response;
    }

    private sealed class ScrubbedContent : HttpContent
    {
        private readonly HttpContent _inner;
        private readonly Secrets _secrets;

        public ScrubbedContent(HttpContent inner, Secrets secrets)
        {
            (_inner, _secrets) = (inner, secrets);
            foreach (var (name, values) in inner.Headers.NonValidated) Headers.TryAddWithoutValidation(name, values);
            Headers.ContentLength = null; // what is taken out has another length
        }

        protected override Task<Stream> CreateContentReadStreamAsync() => CreateContentReadStreamAsync(CancellationToken.None);

        protected override async Task<Stream> CreateContentReadStreamAsync(CancellationToken cancellationToken) =>
            new ScrubbedStream(await _inner.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false), _secrets);

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            await using var body = await CreateContentReadStreamAsync(cancellationToken).ConfigureAwait(false);
            await body.CopyToAsync(stream, cancellationToken).ConfigureAwait(false);
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
    }
}

/// <summary>Reads a body without the secrets in it. They are ASCII, and every byte is a letter here, so that nothing else changes.</summary>
internal sealed class ScrubbedStream(Stream inner, Secrets secrets) : Stream
{
    private readonly SecretFilter _filter = new(secrets);
    private readonly byte[] _buffer = new byte[16 * 1024];
    private ReadOnlyMemory<byte> _ready;
    private bool _hasEnded;

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
        while (_ready.IsEmpty && !_hasEnded) Take(await inner.ReadAsync(_buffer, cancellationToken).ConfigureAwait(false));
        return Give(buffer.Span);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count)
    {
        while (_ready.IsEmpty && !_hasEnded) Take(inner.Read(_buffer));
        return Give(buffer.AsSpan(offset, count));
    }

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

    private void Take(int count)
    {
        _hasEnded = count == 0;
        _ready = Encoding.Latin1.GetBytes(_hasEnded ? _filter.Flush() : _filter.Push(Encoding.Latin1.GetString(_buffer, 0, count)));
    }

    private int Give(Span<byte> buffer)
    {
        var count = Math.Min(buffer.Length, _ready.Length);
        _ready.Span[..count].CopyTo(buffer);
        _ready = _ready[count..];
        return count;
    }
}
