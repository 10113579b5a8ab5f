using Kairos;
using Kairos.Extensions.AI;

namespace Microsoft.Extensions.AI;

/// <summary>Tools under Kairos' guards.</summary>
public static class KairosToolExtensions
{
    /// <summary>
    /// Guards every tool that can be invoked, MCP's included, each as a sub-component of its own beneath <c>tools</c>, named after the tool in
    /// lower case; letters that a component's name may not have become <c>-</c>. Tools that run elsewhere (a provider's own), and tools that
    /// are guarded already, stay as they are.
    /// </summary>
    /// <param name="tools">The tools.</param>
    /// <param name="kairos">The Kairos that guards them; it need not run yet.</param>
    /// <param name="options">What is special about the tools; null for nothing.</param>
    /// <exception cref="ArgumentException">There are more tools than <see cref="ToolGuardOptions.MaxTools"/>.</exception>
    /// <returns>The tools in their order, fit for <see cref="ChatOptions.Tools"/>.</returns>
    public static IList<AITool> WithKairos(this IEnumerable<AITool> tools, IKairos kairos, ToolGuardOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(tools);
        ArgumentNullException.ThrowIfNull(kairos);
        var settings = options ?? ToolGuardOptions.Default;
        var all = tools.Take(Math.Min(settings.MaxTools, int.MaxValue - 1) + 1).ToList();
        if (all.Count > settings.MaxTools)
            throw new ArgumentException($"There are more than {settings.MaxTools} tools, the limit that {nameof(ToolGuardOptions.MaxTools)} sets{Of(settings.Server)}.", nameof(tools));
        var shared = all.OfType<AIFunction>()
            .GroupBy(tool => ToolName.ComponentOf(settings.Server, tool.Name), StringComparer.Ordinal)
            .Where(group => group.Select(tool => tool.Name).Distinct(StringComparer.Ordinal).Skip(1).Any())
            .Select(group => group.Key)
            .ToHashSet(StringComparer.Ordinal);
        return [.. all.Select(tool => tool is AIFunction function ? Guard(function, kairos, settings, shared) : tool)];
    }

    /// <inheritdoc cref="WithKairos(IEnumerable{AITool}, IKairos, ToolGuardOptions?)"/>
    /// <summary>Guards one tool.</summary>
    /// <param name="tool">The tool.</param>
    /// <param name="kairos">The Kairos that guards it; it need not run yet.</param>
    /// <param name="options">What is special about the tool; null for nothing.</param>
    /// <returns>The tool, guarded.</returns>
    public static AIFunction WithKairos(this AIFunction tool, IKairos kairos, ToolGuardOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(tool);
        ArgumentNullException.ThrowIfNull(kairos);
        return Guard(tool, kairos, options ?? ToolGuardOptions.Default, []);
    }

    private static string Of(string? server) => server is null ? "" : $", of the server '{server}'";

    private static AIFunction Guard(AIFunction tool, IKairos kairos, ToolGuardOptions options, HashSet<string> shared)
    {
        if (tool.GetService<KairosFunction>() is not null) return tool;
        var component = ToolName.ComponentOf(options.Server, tool.Name);
        if (shared.Contains(component)) component = ToolName.ComponentOf(options.Server, tool.Name, isUnique: false);
        return new KairosFunction(tool, kairos, component, options);
    }
}
