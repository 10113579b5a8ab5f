using Kairos.Extensions.AI.Tests.Providers;
using Kairos.Tests.Faults;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Time.Testing;

namespace Kairos.Extensions.AI.Tests.Http;

/// <summary>Servers that never come to an end: what comes in is bounded, and the error says so.</summary>
public sealed class LimitSpecs
{
    private const int Limit = 256 * 1024;

    private static readonly ModelGuardOptions Limited = new() { MaxAnswerBytes = Limit, MaxLineBytes = Limit / 4, MaxErrorBytes = Limit };

    [Theory]
    [InlineData(Provider.OpenAI, "application/json", false)]
    [InlineData(Provider.OpenAI, "text/event-stream", true)]
    [InlineData(Provider.Anthropic, "application/json", false)]
    [InlineData(Provider.Ollama, "application/x-ndjson", true)]
    public async Task An_answer_without_an_end_is_a_failure_that_says_so(string provider, string type, bool stream)
    {
        var piece = type == "text/event-stream" ? $"data: {Wire.Text("again and ")}\n\n"
            : stream ? """{"model":"m","created_at":"2026-01-01T00:00:00Z","message":{"role":"assistant","content":"again"},"done":false}""" + "\n"
            : " \n";
        var (failed, sent) = await FailAsync(provider, Endless(200, type, piece), stream);

        Assert.Equal((ErrorCode.LlmError, false), (failed.Code, failed.Error.Recoverable));
        Assert.Contains($"longer than {Limit} bytes", failed.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(ModelGuardOptions.MaxAnswerBytes), failed.Message, StringComparison.Ordinal);
        Assert.True(sent < Most, $"{sent} bytes were taken in");
    }

    [Theory]
    [InlineData(Provider.OpenAI, "text/event-stream", "data: ")]
    [InlineData(Provider.Ollama, "application/x-ndjson", "{\"x\":\"")]
    public async Task A_line_without_an_end_is_one_too(string provider, string type, string begin)
    {
        var (failed, sent) = await FailAsync(provider, Endless(200, type, new string('x', 1000), begin), stream: true);

        Assert.Contains(nameof(ModelGuardOptions.MaxLineBytes), failed.Message, StringComparison.Ordinal);
        Assert.True(sent < Most, $"{sent} bytes were taken in");
    }

    [Theory]
    [InlineData(Provider.OpenAI)]
    [InlineData(Provider.Anthropic)]
    [InlineData(Provider.Ollama)]
    public async Task The_body_of_a_failure_without_an_end_is_cut_and_the_failure_is_what_its_status_says(string provider)
    {
        var (failed, sent) = await FailAsync(provider, Endless(429, "application/json", new string('x', 1000)), stream: false);

        Assert.Equal((ErrorCode.RateLimit, 429), (failed.Code, failed.Status));
        Assert.Equal(true, failed.Error.Context["http.response.body.cut"]);
        Assert.True(sent < Most, $"{sent} bytes were taken in");
    }

    [Fact]
    public async Task A_length_that_is_announced_makes_no_room()
    {
        var (failed, _) = await FailAsync(Provider.OpenAI, async exchange =>
        {
            await exchange.ReadRequestAsync();
            await exchange.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1999999999\r\n\r\n" + new string(' ', 2 * Limit));
            await exchange.EndAsync(Ending.Stall);
        }, stream: false);

        Assert.Contains(nameof(ModelGuardOptions.MaxAnswerBytes), failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_nothing_is_seen_of_the_wire_the_text_is_counted()
    {
        var options = Limited with { WatchesHttp = false };

        var (failed, _) = await FailAsync(Provider.OpenAI, Endless(200, "text/event-stream", $"data: {Wire.Text(new string('x', 1000))}\n\n"), stream: true, options);

        Assert.Contains(nameof(ModelGuardOptions.MaxAnswerBytes), failed.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void A_limit_is_one_at_least(int limit)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ModelGuardOptions { MaxAnswerBytes = limit });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ModelGuardOptions { MaxLineBytes = limit });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ModelGuardOptions { MaxErrorBytes = limit });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ToolGuardOptions { MaxResultBytes = limit });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ToolGuardOptions { MaxTools = limit });
    }

    /// <summary>What buffers of sockets may hold beside the limit.</summary>
    private static long Most => 64L * 1024 * 1024;

    private Answer Endless(int status, string type, string piece, string begin = "") => async exchange =>
    {
        await exchange.ReadRequestAsync();
        await exchange.WriteAsync($"HTTP/1.1 {status} Status\r\nContent-Type: {type}\r\nConnection: close\r\n\r\n{begin}");
        var many = string.Concat(Enumerable.Repeat(piece, 1 + (64 * 1024 / piece.Length)));
        while (true)
        {
            await exchange.WriteAsync(many);
            Interlocked.Add(ref _sent, many.Length);
        }
    };

    private long _sent;

    private async Task<(ModelFailedException Failed, long Sent)> FailAsync(string provider, Answer answer, bool stream, ModelGuardOptions? options = null)
    {
        await using var server = MisbehavingServer.Start(answer);
        await using var system = await AgentSystem.StartAsync(new FakeTimeProvider());
        using var client = Provider.ClientOf(provider, server.Url).AsBuilder().UseKairos(system.Kairos, options: options ?? Limited).Build();
        var thrown = await Expect.FailureAsync(
            async () => _ = stream ? await client.GetStreamingResponseAsync("hi").ToChatResponseAsync() : await client.GetResponseAsync("hi"));
        return (Assert.IsType<ModelFailedException>(thrown), Interlocked.Read(ref _sent));
    }
}
