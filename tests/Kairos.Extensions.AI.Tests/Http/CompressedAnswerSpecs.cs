using System.ClientModel;
using System.ClientModel.Primitives;
using System.IO.Compression;
using System.Net;
using System.Text;
using Kairos.Extensions.AI.Tests.Providers;
using Kairos.Tests.Calls;
using Kairos.Tests.Faults;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Time.Testing;
using OpenAI;

namespace Kairos.Extensions.AI.Tests.Http;

/// <summary>Answers that come in compressed mean what they say, whether the HTTP handler has been told to expect them or not.</summary>
[Collection(Alone.Name)]
public sealed class CompressedAnswerSpecs
{
    private const int Megabyte = 1024 * 1024;

    public static TheoryData<string, bool> Encodings => new()
    {
        { "gzip", false }, { "gzip", true }, { "br", false }, { "br", true }, { "deflate", false }, { "deflate", true }, { "GZIP", false },
    };

    [Theory]
    [MemberData(nameof(Encodings))]
    public async Task A_failure_means_what_its_body_says(string encoding, bool expected)
    {
        var (failed, _) = await FailAsync(Compressed(429, encoding, "application/json", Wire.Error("insufficient_quota")), expected, stream: false);

        Assert.Equal((ErrorCode.RateLimit, 429, "insufficient_quota", Verdict.Trip), (failed.Code, failed.Status, failed.ErrorCode, failed.Error.Verdict));
    }

    [Theory]
    [MemberData(nameof(Encodings))]
    public async Task An_error_within_an_answer_of_success_is_found(string encoding, bool expected)
    {
        var events = $"data: {Wire.Hello}\n\ndata: {Wire.Error("rate_limit_exceeded")}\n\n";

        var (failed, text) = await FailAsync(Compressed(200, encoding, "text/event-stream", events), expected, stream: true);

        Assert.Equal((ErrorCode.RateLimit, 200, "hello"), (failed.Code, failed.Status, text));
    }

    [Theory]
    [MemberData(nameof(Encodings))]
    public async Task An_answer_in_good_order_is_one(string encoding, bool expected)
    {
        await using var server = MisbehavingServer.Start(Compressed(200, encoding, "application/json", Wire.Answer));
        await using var system = await AgentSystem.StartAsync(new FakeTimeProvider());
        using var http = new HttpClient(new SocketsHttpHandler { AutomaticDecompression = expected ? DecompressionMethods.All : DecompressionMethods.None });
        using var client = ClientOf(http, server.Url).AsBuilder().UseKairos(system.Kairos).Build();

        Assert.Equal("hello", (await client.GetResponseAsync("hi")).Text);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_cannot_be_decompressed_is_what_its_status_says(bool expected)
    {
        var (failed, _) = await FailAsync(Answers.Status(429, "no gzip", ("Content-Encoding", "gzip"), ("Retry-After", "7")), expected, stream: false);

        Assert.Equal((ErrorCode.RateLimit, 429, TimeSpan.FromSeconds(7)), (failed.Code, failed.Status, failed.RetryAfter));
    }

    [Theory]
    [InlineData(200)]
    [InlineData(429)]
    public async Task A_gigabyte_that_came_in_as_a_megabyte_is_counted_as_what_it_is(int status)
    {
        var before = GC.GetTotalAllocatedBytes();

        var (failed, _) = await FailAsync(Repeated(status, Compress("gzip", Encoding.UTF8.GetBytes(new string(' ', Megabyte))), 1024), expected: true, stream: false);

        if (status == 200) Assert.Contains(nameof(ModelGuardOptions.MaxAnswerBytes), failed.Message, StringComparison.Ordinal);
        else Assert.Equal(true, failed.Error.Context["http.response.body.cut"]);
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 512L * Megabyte);
    }

    private static async Task<(ModelFailedException Failed, string Text)> FailAsync(Answer answer, bool expected, bool stream)
    {
        var text = "";
        await using var server = MisbehavingServer.Start(answer);
        await using var system = await AgentSystem.StartAsync(new FakeTimeProvider());
        using var http = new HttpClient(new SocketsHttpHandler { AutomaticDecompression = expected ? DecompressionMethods.All : DecompressionMethods.None });
        using var client = ClientOf(http, server.Url).AsBuilder().UseKairos(system.Kairos).Build();
        var thrown = await Expect.FailureAsync(async () =>
        {
            if (!stream) await client.GetResponseAsync("hi");
            else await foreach (var update in client.GetStreamingResponseAsync("hi")) text += update.Text;
        });
        return (Assert.IsType<ModelFailedException>(thrown), text);
    }

    private static IChatClient ClientOf(HttpClient http, Uri url) => new OpenAIClient(
        new ApiKeyCredential("k"),
        new OpenAIClientOptions { Endpoint = url, Transport = new HttpClientPipelineTransport(http) }.WithoutRetries()).GetChatClient("m").AsIChatClient();

    private static Answer Compressed(int status, string encoding, string type, string body) => async exchange =>
    {
        await exchange.ReadRequestAsync();
        var bytes = Compress(encoding, Encoding.UTF8.GetBytes(body));
        await exchange.WriteAsync($"HTTP/1.1 {status} Status\r\nContent-Type: {type}\r\nContent-Encoding: {encoding}\r\nContent-Length: {bytes.Length}\r\nConnection: close\r\n\r\n");
        await exchange.WriteAsync(bytes);
    };

    private static Answer Repeated(int status, ReadOnlyMemory<byte> piece, int times) => async exchange =>
    {
        await exchange.ReadRequestAsync();
        await exchange.WriteAsync($"HTTP/1.1 {status} Status\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n");
        for (var i = 0; i < times; i++) await exchange.WriteAsync(piece);
    };

    private static byte[] Compress(string encoding, byte[] bytes)
    {
        var written = new MemoryStream();
        using (Stream compressing = encoding switch
        {
            "br" => new BrotliStream(written, CompressionLevel.Fastest),
            "deflate" => new ZLibStream(written, CompressionLevel.Fastest),
            _ => new GZipStream(written, CompressionLevel.Fastest),
        }) compressing.Write(bytes);
        return written.ToArray();
    }
}
