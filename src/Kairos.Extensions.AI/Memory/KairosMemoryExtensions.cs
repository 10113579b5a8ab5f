using Kairos.Extensions.AI;

namespace Kairos;

/// <summary>Memories under Kairos' guards.</summary>
public static class KairosMemoryExtensions
{
    /// <summary>The component of a memory, where no other is named.</summary>
    public const string MemoryComponent = "memory";

    /// <summary>
    /// Guards any memory. Readings give nothing, and say that they are degraded, while it is not to be had, or throw, as the options have it;
    /// writings throw.
    /// </summary>
    /// <param name="memory">The memory.</param>
    /// <param name="kairos">The Kairos that guards it; it need not run yet.</param>
    /// <param name="component">The memory's component.</param>
    /// <param name="options">What is special about it; null for nothing.</param>
    /// <exception cref="ArgumentException">The name is not that of a component.</exception>
    public static IAgentMemory WithKairos(
        this IAgentMemory memory, IKairos kairos, string component = MemoryComponent, MemoryGuardOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(memory);
        return new KairosAgentMemory(memory, GuardOf(kairos, component, options));
    }

    internal static MemoryGuard GuardOf(IKairos kairos, string component, MemoryGuardOptions? options)
    {
        ArgumentNullException.ThrowIfNull(kairos);
        return new MemoryGuard(kairos, component, options ?? MemoryGuardOptions.Default);
    }
}
