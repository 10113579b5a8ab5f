using System.Net;
using Kairos.Telemetry.Export;
using Kairos.Telemetry.Otlp;

namespace Kairos.Telemetry.Tests.Export;

public sealed class ExportObserverTests : IDisposable
{
    private static readonly Uri Anywhere = new("http://collector/");
    private readonly RecordingLogger _log = new();
    private readonly ExportHealth _health;

    public ExportObserverTests() => _health = new ExportHealth(_log.Services);

    [Fact]
    public async Task What_arrives_is_not_worth_a_word()
    {
        await SendAsync(isGrpc: false, () => new HttpResponseMessage());
        await SendAsync(isGrpc: true, () => Grpc("0"));

        Assert.Equal((0, null, 0), (_health[TelemetrySignal.Metrics].Failures, _health.Trouble, _log.Lines.Count));
    }

    [Theory]
    [InlineData(false, HttpStatusCode.Unauthorized, "HTTP status 401")]
    [InlineData(false, HttpStatusCode.ServiceUnavailable, "HTTP status 503")]
    [InlineData(false, HttpStatusCode.Found, "HTTP status 302")] // a redirection is not followed: the headers are secrets
    [InlineData(true, HttpStatusCode.BadGateway, "HTTP status 502")]
    public async Task A_status_of_failure_is_a_failure(bool isGrpc, HttpStatusCode status, string reason)
    {
        await SendAsync(isGrpc, () => new HttpResponseMessage(status));

        Assert.Equal([Failed(reason)], _log.Lines);
    }

    [Theory]
    [InlineData("8", "RESOURCE_EXHAUSTED")]
    [InlineData("14", "UNAVAILABLE")]
    [InlineData("16", "UNAUTHENTICATED")]
    [InlineData("4711", "missing")]
    [InlineData("<b>", "missing")]
    [InlineData(null, "missing")]
    public async Task So_is_one_of_gRPC_although_HTTP_says_200(string? status, string name)
    {
        await SendAsync(isGrpc: true, () => Grpc(status));

        Assert.Equal([Failed($"gRPC status {name}")], _log.Lines);
    }

    [Fact]
    public async Task GRPC_may_say_it_in_the_headers_too()
    {
        await SendAsync(isGrpc: true, () =>
        {
            var response = new HttpResponseMessage();
            response.Headers.Add("grpc-status", "16");
            return response;
        });

        Assert.Equal([Failed("gRPC status UNAUTHENTICATED")], _log.Lines);
    }

    [Fact]
    public async Task A_partial_success_is_a_failure_of_the_part_and_the_exporter_still_reads_the_answer()
    {
        var response = await SendAsync(isGrpc: false, () => new HttpResponseMessage { Content = new ByteArrayContent([0x0A, 2, 8, 7]) });

        Assert.Equal([Failed("the collector refused 7 of them")], _log.Lines);
        Assert.Equal([0x0A, 2, 8, 7], await response!.Content.ReadAsByteArrayAsync());
    }

    public static TheoryData<Exception, string> Exceptions => new()
    {
        { new TaskCanceledException("s3cr3t"), "no answer in time" },
        { new HttpRequestException(HttpRequestError.NameResolutionError, "s3cr3t"), "the name of the collector is not known" },
        { new HttpRequestException(HttpRequestError.ConnectionError, "s3cr3t"), "no connection" },
        { new HttpRequestException(HttpRequestError.SecureConnectionError, "s3cr3t"), "no secure connection: one side does not trust the other's certificate" },
        { new InvalidOperationException("s3cr3t"), "InvalidOperationException" },
    };

    [Theory]
    [MemberData(nameof(Exceptions))]
    public async Task An_exception_is_a_failure_and_its_text_is_not_told(Exception exception, string reason)
    {
        await SendAsync(isGrpc: false, () => throw exception);

        Assert.Equal([Failed(reason)], _log.Lines);
    }

    [Fact]
    public async Task An_endless_answer_is_cut_off()
    {
        await SendAsync(isGrpc: false, () => new HttpResponseMessage { Content = new ByteArrayContent(new byte[5 * 1024 * 1024]) });

        Assert.Equal(1, _health[TelemetrySignal.Metrics].Failures);
    }

    [Fact]
    public async Task It_is_logged_once_when_it_begins_and_once_when_it_ends_and_counted_always()
    {
        for (var i = 0; i < 3; i++) await SendAsync(isGrpc: true, () => Grpc("14"));
        Assert.Equal("exports of metrics fail", _health.Trouble);
        for (var i = 0; i < 3; i++) await SendAsync(isGrpc: true, () => Grpc("0"));

        Assert.Equal((3, null), (_health[TelemetrySignal.Metrics].Failures, _health.Trouble));
        Assert.Equal([Failed("gRPC status UNAVAILABLE"), "Information: exports of metrics arrive again; 3 have failed so far"], _log.Lines);
    }

    public void Dispose() => _log.Dispose();

    private static string Failed(string reason) =>
        $"Warning: an export of metrics failed ({reason}); further failures are counted in kairos.telemetry.export.failures";

    private static HttpResponseMessage Grpc(string? status)
    {
        var response = new HttpResponseMessage { Content = new ByteArrayContent([0, 0, 0, 0, 0]) };
        if (status is not null) response.TrailingHeaders.TryAddWithoutValidation("grpc-status", status);
        return response;
    }

    /// <summary>Sends in both ways that exporters do: gRPC's is asynchronous, that of HTTP is not.</summary>
    private async Task<HttpResponseMessage?> SendAsync(bool isGrpc, Func<HttpResponseMessage> answer)
    {
        using var client = new HttpMessageInvoker(new ExportObserver(new Answering(answer), _health[TelemetrySignal.Metrics], isGrpc));
        using var request = new HttpRequestMessage(HttpMethod.Post, Anywhere);
        try
        {
            return isGrpc ? await client.SendAsync(request, CancellationToken.None) : client.Send(request, CancellationToken.None);
        }
        catch (Exception)
        {
            return null; // the exporter's to handle
        }
    }

    private sealed class Answering(Func<HttpResponseMessage> answer) : HttpMessageHandler
    {
        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) => answer();

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(answer());
    }
}
