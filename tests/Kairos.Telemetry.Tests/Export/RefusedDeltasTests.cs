using System.IO.Compression;
using System.Net;
using Kairos.Telemetry.Export;
using Kairos.Telemetry.Otlp;

namespace Kairos.Telemetry.Tests.Export;

/// <summary>Exports are bytes here: what stands in them is the collector's to read.</summary>
public sealed class RefusedDeltasTests : IDisposable
{
    private static readonly Uri Anywhere = new("http://collector/");
    private readonly RecordingLogger _log = new();
    private readonly Collector _collector = new();
    private readonly ExportHealth.SignalHealth _signal;

    public RefusedDeltasTests() => _signal = new ExportHealth(_log.Services)[TelemetrySignal.Metrics];

    [Fact]
    public async Task What_was_refused_goes_with_the_next_export_and_only_with_it()
    {
        using var client = Client(isGrpc: false);
        _collector.Status = HttpStatusCode.ServiceUnavailable;
        await SendAsync(client, [1]);
        await SendAsync(client, [2, 3]);
        _collector.Status = HttpStatusCode.OK;
        await SendAsync(client, [4]);
        await SendAsync(client, [5]);

        Assert.Equal([[1], [1, 2, 3], [1, 2, 3, 4], [5]], _collector.Bodies);
        Assert.Empty(_log.Lines);
    }

    [Fact]
    public async Task So_does_what_had_no_answer()
    {
        using var client = Client(isGrpc: false);
        _collector.Failure = new HttpRequestException(HttpRequestError.ConnectionError);
        await Assert.ThrowsAsync<HttpRequestException>(() => SendAsync(client, [1]));
        _collector.Failure = null;
        await SendAsync(client, [2]);

        Assert.Equal([[1], [1, 2]], _collector.Bodies);
    }

    [Fact]
    public async Task By_gRPC_too_which_says_before_each_message_how_long_it_is()
    {
        using var client = Client(isGrpc: true);
        _collector.GrpcStatus = "14";
        await SendAsync(client, [0, 0, 0, 0, 2, 8, 9]);
        _collector.GrpcStatus = "0";
        await SendAsync(client, [0, 0, 0, 0, 1, 7]);

        Assert.Equal([0, 0, 0, 0, 3, 8, 9, 7], _collector.Bodies[1]);
    }

    [Fact]
    public async Task Compressed_ones_are_read_as_one()
    {
        using var client = Client(isGrpc: false);
        _collector.Status = HttpStatusCode.TooManyRequests;
        await SendAsync(client, Compress([1, 2]));
        _collector.Status = HttpStatusCode.OK;
        await SendAsync(client, Compress([3]));

        using var unpacked = new MemoryStream();
        await using var gzip = new GZipStream(new MemoryStream(_collector.Bodies[1]), CompressionMode.Decompress);
        await gzip.CopyToAsync(unpacked);
        Assert.Equal([1, 2, 3], unpacked.ToArray());
    }

    [Fact]
    public async Task A_retry_of_the_same_export_is_not_another()
    {
        using var client = Client(isGrpc: false);
        _collector.Status = HttpStatusCode.ServiceUnavailable;
        await SendAsync(client, [1]);
        await SendAsync(client, [1]);

        Assert.Equal([[1], [1]], _collector.Bodies);
    }

    [Theory]
    [InlineData(HttpStatusCode.BadRequest)]
    [InlineData(HttpStatusCode.RequestEntityTooLarge)]
    public async Task What_is_called_invalid_is_given_up_and_that_is_told(HttpStatusCode status)
    {
        using var client = Client(isGrpc: false);
        _collector.Status = status;
        await SendAsync(client, [1]);
        _collector.Status = HttpStatusCode.OK;
        await SendAsync(client, [2]);

        Assert.Equal([[1], [2]], _collector.Bodies);
        Assert.StartsWith("Warning: exports of metrics with temporality delta were given up", Assert.Single(_log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_waits_is_bounded_the_oldest_is_given_up_and_that_is_told_once()
    {
        using var client = Client(isGrpc: false);
        _collector.Status = HttpStatusCode.ServiceUnavailable;
        for (byte i = 1; i <= 9; i++) await SendAsync(client, [.. Enumerable.Repeat(i, RefusedDeltas.MostBytes / 4)]);

        Assert.All(_collector.Bodies, body => Assert.InRange(body.Length, 1, RefusedDeltas.MostBytes));
        Assert.Equal([6, 7, 8, 9], _collector.Bodies[^1].Distinct());
        Assert.Single(_log.Lines);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_bound_counts_what_the_receiver_unpacks(bool isGrpc)
    {
        using var client = Client(isGrpc);
        _collector.Status = HttpStatusCode.ServiceUnavailable;
        if (isGrpc) _collector.GrpcStatus = "14";
        var packed = Enumerable.Range(1, 9).Select(i => Compress([.. Enumerable.Repeat((byte)i, RefusedDeltas.MostBytes / 4)])).ToList();
        foreach (var export in packed) await SendAsync(client, isGrpc ? [1, 0, 0, .. Length(export.Length), .. export] : export);

        Assert.Equal(packed[^4..].Sum(export => export.Length), _collector.Bodies[^1].Length - (isGrpc ? 5 : 0));
        Assert.Single(_log.Lines);
    }

    [Fact]
    public async Task A_receiver_that_finds_it_too_long_gets_the_newer_half()
    {
        using var client = Client(isGrpc: true);
        _collector.GrpcStatus = "8";
        for (byte i = 1; i <= 4; i++) await SendAsync(client, [0, 0, 0, 0, 1, i]);

        Assert.Equal([[1], [1, 2], [2, 3], [3, 4]], _collector.Bodies.Select(body => body[5..]));
        Assert.Single(_log.Lines);
    }

    [Fact]
    public async Task So_does_a_receiver_that_says_it_by_HTTP()
    {
        using var client = Client(isGrpc: false);
        _collector.Status = HttpStatusCode.ServiceUnavailable;
        for (byte i = 1; i <= 2; i++) await SendAsync(client, [i]);
        _collector.Status = HttpStatusCode.RequestEntityTooLarge;
        await SendAsync(client, [3]);
        _collector.Status = HttpStatusCode.OK;
        await SendAsync(client, [4]);

        Assert.Equal([2, 3, 4], _collector.Bodies[^1]);
        Assert.Single(_log.Lines);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_receiver_that_is_busy_gets_everything_later(bool isPadded)
    {
        using var client = Client(isGrpc: true);
        _collector.GrpcStatus = "8";
        var details = Convert.ToBase64String([8, 8, 26, 40, 10, 38, .. "type.googleapis.com/google.rpc.RetryInfo"u8, 18, 0]);
        _collector.GrpcDetails = isPadded ? details : details.TrimEnd('=');
        for (byte i = 1; i <= 4; i++) await SendAsync(client, [0, 0, 0, 0, 1, i]);

        Assert.Equal([1, 2, 3, 4], _collector.Bodies[^1][5..]);
        Assert.Empty(_log.Lines);
    }

    public void Dispose()
    {
        _log.Dispose();
        _collector.Dispose();
    }

    private static byte[] Compress(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest)) gzip.Write(content);
        return packed.ToArray();
    }

    private static byte[] Length(int length) => [(byte)(length >> 8), (byte)length];

    private HttpMessageInvoker Client(bool isGrpc) => new(new RefusedDeltas(_collector, _signal, isGrpc), disposeHandler: false);

    /// <summary>Sends in both ways that exporters do: gRPC's is asynchronous, that of HTTP is not.</summary>
    private async Task SendAsync(HttpMessageInvoker client, byte[] body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Anywhere);
        request.Content = new ByteArrayContent(body);
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/x-protobuf");
        using var response = _collector.GrpcStatus is null ? client.Send(request, CancellationToken.None) : await client.SendAsync(request, CancellationToken.None);
        Assert.Equal("application/x-protobuf", request.Content.Headers.ContentType?.MediaType);
    }

    private sealed class Collector : HttpMessageHandler
    {
        public List<byte[]> Bodies { get; } = [];

        public HttpStatusCode Status { get; set; } = HttpStatusCode.OK;

        public string? GrpcStatus { get; set; }

        public string? GrpcDetails { get; set; }

        public Exception? Failure { get; set; }

        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            using var body = new MemoryStream();
            request.Content!.CopyTo(body, null, cancellationToken);
            Bodies.Add(body.ToArray());
            if (Failure is { } failure) throw failure;
            var response = new HttpResponseMessage(Status);
            if (GrpcStatus is not null) response.TrailingHeaders.TryAddWithoutValidation("grpc-status", GrpcStatus);
            if (GrpcDetails is not null) response.TrailingHeaders.TryAddWithoutValidation("grpc-status-details-bin", GrpcDetails);
            return response;
        }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(Send(request, cancellationToken));
    }
}
