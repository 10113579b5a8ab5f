using Kairos.Components;
using Kairos.Extensions.AI;
using Kairos.Host.Chat.Memory;
using Kairos.Host.Faults;
using Kairos.Hosting;
using Microsoft.Extensions.AI;

namespace Kairos.Host.Chat.Tools;

/// <summary>The tools of the agent, guarded. Those of the memory are guarded by the memory's component.</summary>
internal static class AgentTools
{
    public static IList<AITool> Create(IKairos kairos, Clock clock, HttpFetch fetch, MemoryTools memory, FaultPlan faults)
    {
        AIFunction[] own =
        [
            Tool(clock.Tell, Clock.Name),
            Tool(Calculator.Calculate, Calculator.Name),
            Tool(fetch.FetchAsync, HttpFetch.Name),
        ];
        var guarded = own.Select(tool => (AITool)faults.Of($"tools{ComponentName.Separator}{tool.Name}", tool)).WithKairos(kairos);
        return
        [
            .. guarded,
            Tool(memory.RememberAsync, MemoryTools.Remember),
            Tool(memory.RecallAsync, MemoryTools.Recall),
        ];
    }

    /// <summary>A tool whose result is its text: as JSON a model would see it in quotes.</summary>
    private static AIFunction Tool(Delegate method, string name) => AIFunctionFactory.Create(
        method, new AIFunctionFactoryOptions { Name = name, MarshalResult = (result, _, _) => new ValueTask<object?>(result) });
}
