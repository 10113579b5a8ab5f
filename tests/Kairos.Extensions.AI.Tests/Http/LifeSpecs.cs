using Kairos.Extensions.AI.Tests.Providers;
using Kairos.Tests.Calls;
using Kairos.Tests.Faults;
using Microsoft.Extensions.AI;

namespace Kairos.Extensions.AI.Tests.Http;

/// <summary>A stream that says something all the time is alive, whatever an SDK makes of what it says.</summary>
public sealed class LifeSpecs : IAsyncLifetime, IDisposable
{
    private const string Head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n";
    private static readonly TimeSpan First = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(0.7);
    private readonly ObservedTimeProvider _time = new();
    private readonly SemaphoreSlim _next = new(0);
    private AgentSystem _system = null!;

    public async Task InitializeAsync() => _system = await AgentSystem.StartAsync(_time, options => options.Component(
        "llm", c => c with { Call = c.Call with { StreamFirstElement = First, StreamMaxGap = First } }));

    public async Task DisposeAsync() => await _system.DisposeAsync();

    public void Dispose() => _next.Dispose();

    [Theory]
    [InlineData("\"reasoning\":\"hm\"", "hmhmhmhmhm")]
    [InlineData("\"content\":null,\"reasoning\":\"hm\",\"reasoning_details\":[{\"type\":\"reasoning.text\",\"text\":\"hm\"}]", "hmhmhmhmhm")]
    [InlineData("\"reasoning_content\":\"hm\"", "hmhmhmhmhm")]
    [InlineData("\"tool_calls\":[{\"index\":0,\"id\":\"t\",\"type\":\"function\",\"function\":{\"name\":\"search\",\"arguments\":\" \"}}]", "")]
    public async Task What_arrives_is_life(string delta, string reasoning)
    {
        await using var server = MisbehavingServer.Start(Slowly($$$"""{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{{{{delta}}}},"finish_reason":null}]}"""));
        using var client = Provider.ClientOf(Provider.OpenAI, server.Url).AsBuilder().UseKairos(_system.Kairos).Build();

        var thoughts = "";
        var text = "";
        await foreach (var update in client.GetStreamingResponseAsync("hi"))
        {
            thoughts += string.Concat(update.Contents.OfType<TextReasoningContent>().Select(content => content.Text));
            text += update.Text;
            _next.Release();
        }

        Assert.Equal((reasoning, "hello"), (thoughts, text));
        Assert.Empty(await _system.ErrorsAsync());
    }

    [Fact]
    public async Task Comments_alone_are_none()
    {
        await using var server = MisbehavingServer.Start(async exchange =>
        {
            await exchange.ReadRequestAsync();
            await exchange.WriteAsync(Head + ": PROCESSING\n\n: PROCESSING\n\n");
            _time.Advance(First);
            await exchange.EndAsync(Ending.Stall);
        });
        using var client = Provider.ClientOf(Provider.OpenAI, server.Url).AsBuilder().UseKairos(_system.Kairos).Build();

        var failed = Assert.IsType<ModelFailedException>(await Expect.FailureAsync(() => client.GetStreamingResponseAsync("hi").ToChatResponseAsync()));

        Assert.Equal(ErrorCode.Timeout, failed.Code);
    }

    /// <summary>Five chunks, each of which its consumer has seen before time goes on, and then an answer.</summary>
    private Answer Slowly(string chunk) => async exchange =>
    {
        await exchange.ReadRequestAsync();
        await exchange.WriteAsync($"{Head}data: {Wire.Begin}\n\n");
        for (var i = 0; i < 5; i++)
        {
            _time.Advance(Step);
            await exchange.WriteAsync($"data: {chunk}\n\n");
            if (!await _next.WaitAsync(TimeSpan.FromSeconds(20))) return; // nothing was seen of it
        }

        await exchange.WriteAsync($"data: {Wire.Hello}\n\ndata: {Wire.End("stop")}\n\ndata: {Wire.Done}\n\n");
    };
}
