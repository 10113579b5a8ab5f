using Kairos.Extensions.AI.Tests.Providers;
using Kairos.Tests.Calls;
using Kairos.Tests.Faults;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Time.Testing;

namespace Kairos.Extensions.AI.Tests.Failover;

/// <summary>An outage of the first model in the middle of two hundred chats, one a second.</summary>
public sealed class OutageSpecs
{
    private const string Primary = "llm/primary";
    private const string Backup = "llm/backup";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_chat_is_answered_and_the_first_model_gets_only_probe_calls_until_it_recovers(bool stream)
    {
        var good = stream ? Wire.Stream(Wire.Begin, Wire.Hello, Wire.End("stop"), Wire.Done) : Answers.Ok(Wire.Answer);
        var time = new FakeTimeProvider();
        await using var primary = MisbehavingServer.Start(good);
        await using var backup = MisbehavingServer.Start(good);
        await using var system = await AgentSystem.StartAsync(
            time,
            options => options.Defaults(c => c with { Breaker = new BreakerPolicy { ConsecutiveFailures = 2, OpenDuration = TimeSpan.FromSeconds(30), OpenGrowth = 1 } }),
            Primary, Backup);
        using var client = Of(primary).AsBuilder().UseKairosFailover(system.Kairos, [new ModelRoute(Backup, Of(backup))]).Build();

        var answeredBy = new List<string>();
        for (var chat = 0; chat < 200; chat++)
        {
            primary.Answer = chat is >= 50 and < 120 ? Answers.Status(503) : good;
            var response = await (stream ? client.GetStreamingResponseAsync("hi").ToChatResponseAsync() : client.GetResponseAsync("hi")).Soon();
            Assert.Equal("hello", response.Text);
            answeredBy.Add((string)(response.AdditionalProperties ?? response.Messages[0].AdditionalProperties)![KairosFailoverChatClient.AnsweredBy]!);
            time.Advance(TimeSpan.FromSeconds(1));
            await system.SettleAsync();
        }

        // Chats 50 and 51 open the circuit, 81 and 111 are probe calls that fail, 141 and 142 such that close it.
        var byBackup = answeredBy.Index().Where(pair => pair.Item == Backup).Select(pair => pair.Index);
        Assert.Equal(Enumerable.Range(50, 91), byBackup);
        Assert.Equal((200 - 91 + 4, 91), (primary.Requests, backup.Requests));
        Assert.Equal((4, 4), (system.Snapshot(Primary).Errors, system.Snapshot(Primary).Recovered));
        Assert.Equal((CircuitStatus.Closed, 0), (system.Snapshot(Primary).Circuit, system.Snapshot(Backup).Errors));
    }

    private static IChatClient Of(MisbehavingServer server) => Provider.ClientOf(Provider.OpenAI, server.Url);
}
