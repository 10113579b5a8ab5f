using Kairos.Components;
using Kairos.Extensions.AI;
using Kairos.Host.Chat.Memory;
using Kairos.Host.Chat.Tools.Mcp;
using Kairos.Host.Faults;
using Kairos.Hosting;
using Microsoft.Extensions.AI;

namespace Kairos.Host.Chat.Tools;

/// <summary>The tools of the agent, guarded. Those of the memory are guarded by the memory's component.</summary>
internal static class AgentTools
{
    public static IList<AITool> Create(
        IKairos kairos, Clock clock, HttpFetch fetch, MemoryTools memory, IReadOnlyList<ServerTool> ofServers, FaultPlan faults)
    {
        AIFunction[] own =
        [
            Tool(clock.Tell, Clock.Name),
            Tool(Calculator.Calculate, Calculator.Name),
            Tool(fetch.FetchAsync, HttpFetch.Name),
        ];
        AITool[] known =
        [
            .. own.Select(tool => (AITool)faults.Of($"{ServerTool.Root}{ComponentName.Separator}{tool.Name}", tool)).WithKairos(kairos),
            Tool(memory.RememberAsync, MemoryTools.Remember),
            Tool(memory.RecallAsync, MemoryTools.Recall),
        ];
        var names = new ToolNames(known.Select(tool => tool.Name));
        return [.. known, .. ofServers.GroupBy(tool => tool.Server).SelectMany(server => Guard([.. server], kairos, names, faults))];
    }

    private static IEnumerable<AITool> Guard(IReadOnlyList<ServerTool> tools, IKairos kairos, ToolNames names, FaultPlan faults)
    {
        var (server, options) = (tools[0].Server, tools[0].Options);
        var different = tools.DistinctBy(tool => tool.Function.Name, StringComparer.Ordinal).ToList();
        var named = different.ToDictionary(tool => tool.Function.Name, tool => names.Take(server, tool.Function.Name), StringComparer.Ordinal);
        var settings = new ToolGuardOptions
        {
            Server = server,
            ErrorResultsAreFailures = options.ErrorResultsAreFailures,
            WhenUnavailable = told => (told with { Tool = named[told.Tool] }).ToString(),
        };
        var guarded = different.Select(tool => (AITool)faults.Of(tool.FaultsOf, tool.Function)).WithKairos(kairos, settings);
        return guarded.Select(tool => named[tool.Name] == tool.Name ? tool : new NamedFunction((AIFunction)tool, named[tool.Name]));
    }

    /// <summary>A tool whose result is its text: as JSON a model would see it in quotes.</summary>
    private static AIFunction Tool(Delegate method, string name) => AIFunctionFactory.Create(
        method, new AIFunctionFactoryOptions { Name = name, MarshalResult = (result, _, _) => new ValueTask<object?>(result) });
}
