using System.Buffers.Binary;

namespace Kairos.Telemetry.Export;

/// <summary>
/// Keeps exports with what came since the one before (temporality <c>delta</c>) until one is accepted, and sends them with the next: what was
/// refused, or had no answer, would be missing for ever. An export that the collector took without saying so in time may arrive twice. Requests
/// are Protobuf, of which two in a row are one with the content of both; so are two of gzip. Used by its exporter's thread only.
/// </summary>
internal sealed class RefusedDeltas(HttpMessageHandler inner, ExportHealth.SignalHealth signal, bool isGrpc) : DelegatingHandler(inner)
{
    /// <summary>
    /// The most bytes that are sent at once, as they are before compression: receivers by gRPC take 4 MiB by default, and measure what they have
    /// unpacked. The oldest exports are given up first.
    /// </summary>
    public const int MostBytes = 3 * 1024 * 1024;

    private const int GrpcPrefix = 5; // one byte of flags, four of length

    // Whatever is sent with it will be refused.
    private static readonly HashSet<string> Invalid = ["HTTP status 400", "gRPC status INVALID_ARGUMENT"];

    private const string TooLong = "HTTP status 413";
    private const string Exhausted = "gRPC status RESOURCE_EXHAUSTED"; // by its length, or by something else

    private readonly List<byte[]> _pending = [];

    private static ReadOnlySpan<byte> GzipMagic => [0x1f, 0x8b]; // no Protobuf begins so

    private int Prefix => isGrpc ? GrpcPrefix : 0;

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream();
        request.Content?.CopyTo(body, null, cancellationToken);
        AddPending(request, body.ToArray());
        return Note(base.Send(request, cancellationToken));
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Content is not null) AddPending(request, await request.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false));
        return Note(await base.SendAsync(request, cancellationToken).ConfigureAwait(false));
    }

    private void AddPending(HttpRequestMessage request, byte[] body)
    {
        if (body.Length < Prefix) return;
        var isRepeated = _pending.Count > 0 && body.AsSpan().SequenceEqual(_pending[^1]); // the SDK's own retry in memory
        if (!isRepeated) _pending.Add(body);
        while (_pending.Count > 1 && _pending.Sum(SizeOf) > MostBytes) GiveUp(1);

        if (_pending.Count == 1) return;
        var content = new ByteArrayContent(Join());
        foreach (var (name, values) in request.Content!.Headers.NonValidated)
        {
            if (name != "Content-Length") content.Headers.TryAddWithoutValidation(name, values);
        }

        request.Content = content;
    }

    private void GiveUp(int count)
    {
        _pending.RemoveRange(0, count);
        signal.GivenUp();
    }

    /// <summary>How long an export is when it is unpacked: gzip says it in its last four bytes.</summary>
    private long SizeOf(byte[] export) => export.AsSpan(Prefix).StartsWith(GzipMagic)
        ? BinaryPrimitives.ReadUInt32LittleEndian(export.AsSpan(export.Length - sizeof(uint)))
        : export.Length - Prefix;

    private byte[] Join()
    {
        var joined = new byte[Prefix + _pending.Sum(export => export.Length - Prefix)];
        if (isGrpc)
        {
            joined[0] = _pending[0][0];
            BinaryPrimitives.WriteUInt32BigEndian(joined.AsSpan(1), (uint)(joined.Length - GrpcPrefix));
        }

        var end = Prefix;
        foreach (var export in _pending)
        {
            export.AsSpan(Prefix).CopyTo(joined.AsSpan(end));
            end += export.Length - Prefix;
        }

        return joined;
    }

    private HttpResponseMessage Note(HttpResponseMessage response)
    {
        var reason = ExportObserver.WhatIsWrong(response, isGrpc);
        if (reason is null) _pending.Clear();
        else if (Invalid.Contains(reason) || (reason == TooLong && _pending.Count == 1)) GiveUp(_pending.Count);
        else if (reason == TooLong || (reason == Exhausted && _pending.Count > 1 && !GrpcStatus.AsksToRetry(response))) GiveUp(_pending.Count / 2);
        return response;
    }
}
