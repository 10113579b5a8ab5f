using Kairos.Extensions.AI.Tests;
using Kairos.Hosting;
using Kairos.Tests.Calls;
using Microsoft.Agents.AI;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Time.Testing;

namespace Kairos.Extensions.Agents.Tests;

/// <summary>Two hundred runs in one session, with an outage of the model and one of a tool: every book adds up, and the thread is whole.</summary>
public sealed class LongRunSpecs
{
    private const int Runs = 200;
    private const string Agent = "agents/researcher", Tool = "tools/search";

    [Fact]
    public async Task The_books_of_agent_model_and_tool_are_exact_and_the_thread_has_what_was_answered()
    {
        var time = new FakeTimeProvider();
        await using var system = await AgentSystem.StartAsync(time, null, "llm", Tool, Agent);
        var run = 0;
        var model = new ScriptedModel((_, messages) =>
            run is >= 50 and < 100 ? throw new HttpRequestException("down")
            : messages[^1].Role == ChatRole.User ? ScriptedModel.CallOf("search")
            : ScriptedModel.Text($"answer {run}"));
        var search = AIFunctionFactory.Create(() => run is >= 150 and < 153 ? throw new IOException("no index") : "found", "search");
        var agent = new ChatClientAgent(model.AsBuilder().UseKairos(system.Kairos).Build(), tools: new AITool[] { search }.WithKairos(system.Kairos))
            .AsBuilder().UseKairos(system.Kairos, Agent).Build();
        var session = await agent.CreateSessionAsync();
        var answered = new List<int>();

        for (; run < Runs; run++)
        {
            if (run is 100 or 153) time.Advance(TimeSpan.FromSeconds(30)); // the circuit that opened lets probe calls through
            if (await SayAsync(agent, session, run) == $"answer {run}") answered.Add(run);
        }

        await system.SettleAsync();
        Assert.Equal([.. Enumerable.Range(0, 50), .. Enumerable.Range(100, 100)], answered);
        Assert.Equal((150, 0, 50, 0), Book(system, Agent)); // what the model failed with is not the agent's
        Assert.Equal((300, 2, 0, 48), Book(system, "llm"));
        Assert.Equal((147, 2, 0, 1), Book(system, Tool));
        Assert.Equal((0, 2, 2), (system.Snapshot(Agent).Errors, system.Snapshot("llm").Errors, system.Snapshot(Tool).Errors));
        Assert.All(new[] { Agent, "llm", Tool }, component => Assert.Equal(CircuitStatus.Closed, system.Snapshot(component).Circuit));
        AssertThread(agent.GetService<InMemoryChatHistoryProvider>()!.GetMessages(session), answered);
    }

    private static async Task<string?> SayAsync(AIAgent agent, AgentSession session, int run)
    {
        try
        {
            if (run % 2 == 0) return (await agent.RunAsync($"question {run}", session).Soon()).Text;
            var text = "";
            await foreach (var update in agent.RunStreamingAsync($"question {run}", session)) text += update.Text;
            return text;
        }
        catch (Exception exception) when (exception is ModelFailedException or CircuitOpenException)
        {
            return null;
        }
    }

    private static (long Success, long Failure, long Ignored, long Rejected) Book(AgentSystem system, string component) =>
        ((KairosInstance)system.Kairos).HandleOf(component).Ledger.Totals;

    /// <summary>Of each run that was answered the question, the call of the tool, its result and the answer; of the others nothing.</summary>
    private static void AssertThread(IReadOnlyList<ChatMessage> messages, IReadOnlyList<int> answered)
    {
        Assert.Equal(answered.SelectMany(run => new[] { $"question {run}", "", "", $"answer {run}" }), messages.Select(message => message.Text));
        Assert.All(messages.Chunk(4), turn =>
        {
            Assert.IsType<FunctionCallContent>(Assert.Single(turn[1].Contents));
            Assert.IsType<FunctionResultContent>(Assert.Single(turn[2].Contents));
        });
    }
}
