using Kairos;
using KairosAgent.Mcp;
using KairosAgent.Memory;
using KairosAgent.Settings;
using Microsoft.Extensions.AI;

namespace KairosAgent.Tools;

/// <summary>The tools of the agent, guarded. Those of the memory are guarded by the memory's component.</summary>
internal static class AgentTools
{
    public static IList<AITool> Create(
        IKairos kairos, Clock clock, HttpFetch fetch, MemoryTools memory, IReadOnlyList<ServerTool> ofServers)
    {
        AIFunction[] own =
        [
            OwnTool.Create(clock.Tell, OwnTools.Clock),
            OwnTool.Create(Calculator.Calculate, OwnTools.Calculator),
            OwnTool.Create(fetch.FetchAsync, OwnTools.HttpFetch),
        ];
        AITool[] known =
        [
            .. own.Select(tool => OwnTool.Told(tool.WithKairos(kairos))),
            OwnTool.Told(OwnTool.Create(memory.RememberAsync, OwnTools.Remember)),
            OwnTool.Told(OwnTool.Create(memory.RecallAsync, OwnTools.Recall)),
        ];
        var names = new ToolNames(known.Select(tool => tool.Name));
        return [.. known, .. ofServers.GroupBy(tool => tool.Server).SelectMany(server => Guard([.. server], kairos, names))];
    }

    private static IEnumerable<AITool> Guard(IReadOnlyList<ServerTool> tools, IKairos kairos, ToolNames names)
    {
        var (server, options) = (tools[0].Server, tools[0].Options);
        var different = tools.DistinctBy(tool => tool.Function.Name, StringComparer.Ordinal).ToList();
        var named = different.ToDictionary(tool => tool.Function.Name, tool => names.Take(server, tool.Function.Name), StringComparer.Ordinal);
        var settings = new ToolGuardOptions
        {
            Server = server,
            ErrorResultsAreFailures = options.ErrorResultsAreFailures,
            MaxTools = options.MaxTools,
            WhenUnavailable = told => (told with { Tool = named[told.Tool] }).ToString(),
        };
        var guarded = different.Select(tool => (AITool)tool.Function).WithKairos(kairos, settings);
        return guarded.Select(tool => named[tool.Name] == tool.Name ? tool : new NamedFunction((AIFunction)tool, named[tool.Name]));
    }
}
