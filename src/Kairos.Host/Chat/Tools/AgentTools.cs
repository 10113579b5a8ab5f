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
            AIFunctionFactory.Create(clock.Tell, Clock.Name),
            AIFunctionFactory.Create(Calculator.Calculate, Calculator.Name),
            AIFunctionFactory.Create(fetch.FetchAsync, HttpFetch.Name),
        ];
        var guarded = own.Select(tool => (AITool)faults.Of($"tools{ComponentName.Separator}{tool.Name}", tool)).WithKairos(kairos);
        return
        [
            .. guarded,
            AIFunctionFactory.Create(memory.RememberAsync, MemoryTools.Remember),
            AIFunctionFactory.Create(memory.RecallAsync, MemoryTools.Recall),
        ];
    }
}
