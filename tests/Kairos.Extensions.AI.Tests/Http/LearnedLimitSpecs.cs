using Kairos.Extensions.AI.Tests.Providers;
using Kairos.Tests.Calls;
using Kairos.Tests.Faults;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Time.Testing;

namespace Kairos.Extensions.AI.Tests.Http;

/// <summary>Limits that a model's provider tells in its answers, as a real SDK gets them, are kept where that is switched on.</summary>
public sealed class LearnedLimitSpecs
{
    private const string Whole = """{"id":"1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":"hello"}}],"usage":{"prompt_tokens":10,"completion_tokens":2,"total_tokens":12}}""";

    private static readonly (string, string)[] UsedUp =
    [
        ("Content-Type", "application/json"), ("x-ratelimit-limit-requests", "60"), ("x-ratelimit-remaining-requests", "0"), ("x-ratelimit-reset-requests", "30s"),
    ];

    [Theory]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public async Task After_an_answer_that_tells_that_nothing_is_left_no_call_is_made_until_it_is_reset(bool learns, bool streams)
    {
        var time = new FakeTimeProvider();
        await using var server = MisbehavingServer.Start(streams
            ? Answers.Status(200, "data: " + Whole.Replace("\"message\"", "\"delta\"").Replace("chat.completion", "chat.completion.chunk") + "\n\ndata: [DONE]\n\n", [.. UsedUp.Skip(1), ("Content-Type", "text/event-stream")])
            : Answers.Status(200, Whole, UsedUp));
        await using var system = await AgentSystem.StartAsync(time, options => options.Component("llm", c => c with
        {
            Call = c.Call with { Rate = new RatePolicy { Learn = learns, MaxWait = TimeSpan.Zero } },
        }));
        using var client = Provider.OpenAIClient(server.Url).GetChatClient("m").AsIChatClient().AsBuilder().UseKairos(system.Kairos).Build();

        await SayAsync(client, streams);
        if (!learns)
        {
            await SayAsync(client, streams);
            return;
        }

        var rejected = await Assert.ThrowsAsync<CallRejectedException>(() => SayAsync(client, streams));
        Assert.Equal((RejectionReason.RateLimit, TimeSpan.FromSeconds(31), 1), (rejected.Rejection, rejected.RetryAfter, server.Requests));

        time.Advance(TimeSpan.FromSeconds(31));
        await SayAsync(client, streams);
        Assert.Equal(2, server.Requests);
    }

    private static async Task SayAsync(IChatClient client, bool streams)
    {
        if (!streams) await client.GetResponseAsync("hi").Soon();
        else await foreach (var _ in client.GetStreamingResponseAsync("hi").ConfigureAwait(true)) ;
    }
}
