using Kairos;
using Kairos.Extensions.Agents;
using Kairos.Hosting;

namespace Microsoft.Agents.AI;

/// <summary>Agents of Microsoft Agent Framework under Kairos' guards.</summary>
public static class KairosAgentExtensions
{
    /// <summary>
    /// Guards the agent below, with the <see cref="IKairos"/> of the services that it is built with: its runs and its streams are calls of the
    /// component. A run that is not made throws <see cref="CallRejectedException"/>; one that failed throws what the agent threw. Model and tools
    /// beneath it keep guards of their own. What they have counted as an error the agent's breaker ignores, and no run is repeated for it.
    /// </summary>
    /// <param name="builder">The agent's builder.</param>
    /// <param name="component">The agent's component, for example <c>agents/researcher</c>.</param>
    /// <param name="options">What is special about the agent; null for nothing.</param>
    /// <exception cref="ArgumentException">The name is not that of a component.</exception>
    public static AIAgentBuilder UseKairos(this AIAgentBuilder builder, string component, AgentGuardOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(component);
        return builder.Use((inner, services) => new GuardedAgent(
            inner, () => SetupMistakes.RequiredOf(services), component, options ?? AgentGuardOptions.Default, services));
    }

    /// <inheritdoc cref="UseKairos(AIAgentBuilder, string, AgentGuardOptions?)"/>
    /// <param name="builder">The agent's builder.</param>
    /// <param name="kairos">The Kairos that guards it; it need not run yet.</param>
    /// <param name="component">The agent's component.</param>
    /// <param name="options">What is special about the agent; null for nothing.</param>
    public static AIAgentBuilder UseKairos(this AIAgentBuilder builder, IKairos kairos, string component, AgentGuardOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(kairos);
        ArgumentNullException.ThrowIfNull(component);
        return builder.Use((inner, services) => new GuardedAgent(inner, () => kairos, component, options ?? AgentGuardOptions.Default, services));
    }
}
