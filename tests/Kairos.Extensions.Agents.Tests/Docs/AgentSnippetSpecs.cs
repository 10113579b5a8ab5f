using Kairos.Extensions.AI.Tests;
using Kairos.Tests.Calls;
using Microsoft.Agents.AI;
using Microsoft.Extensions.AI;

namespace Kairos.Extensions.Agents.Tests.Docs;

/// <summary>The snippet of docs/agent-framework.md, compiled and run.</summary>
public sealed class AgentSnippetSpecs
{
    private static readonly string[] Components = ["llm", "tools/search", "agents/researcher"];

    [Fact]
    public async Task A_guarded_agent_answers()
    {
        await using var system = await AgentSystem.StartAsync(TimeProvider.System);
        var model = new ScriptedModel((number, _) => number == 1 ? ScriptedModel.CallOf("search") : ScriptedModel.Text("done"));

        var agent = Show(model, system.Kairos, "You search.", [AIFunctionFactory.Create(() => "found", "search")]);

        Assert.Equal("done", (await agent.RunAsync("hi").Soon()).Text);
        await system.SettleAsync();
        Assert.All(Components, component => Assert.NotNull(system.Kairos[component].Snapshot));
    }

    private static AIAgent Show(IChatClient model, IKairos kairos, string instructions, AITool[] tools)
    {
        // snippet: researcher
        var chat = model.AsBuilder().UseKairos(kairos).Build(); // the component llm
        var agent = new ChatClientAgent(chat, instructions, tools: tools.WithKairos(kairos)) // tools/…
            .AsBuilder()
            .UseKairos(kairos, "agents/researcher", new AgentGuardOptions { MaxAttempts = 20 })
            .Build();
        // end
        return agent;
    }
}
