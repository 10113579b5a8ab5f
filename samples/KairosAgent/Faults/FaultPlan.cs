using Kairos;
using KairosAgent.Settings;
using Microsoft.Extensions.AI;

namespace KairosAgent.Faults;

/// <summary>The faults that <c>kairos.faults</c> asks for. What it names no faults for stays as it is.</summary>
internal sealed class FaultPlan(AgentOptions options, TimeProvider time)
{
    public IChatClient Of(string component, IChatClient model) => SourceOf(component) is { } faults ? new FaultyChatClient(model, faults) : model;

    public AIFunction Of(string component, AIFunction tool) => SourceOf(component) is { } faults ? new FaultyFunction(tool, faults) : tool;

    public IAgentMemory Of(string component, IAgentMemory memory) => SourceOf(component) is { } faults ? new FaultyMemory(memory, faults) : memory;

    /// <summary>The component's own faults, else those of its nearest ancestor that has some.</summary>
    private FaultSource? SourceOf(string component)
    {
        for (var name = component; name is not null; name = ComponentName.ParentOf(name))
        {
            if (options.Faults.TryGetValue(name, out var fault)) return new FaultSource(component, fault, options.FaultSeed, time);
        }

        return null;
    }
}
