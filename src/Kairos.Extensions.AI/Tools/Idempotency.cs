using Microsoft.Extensions.AI;

namespace Kairos.Extensions.AI;

/// <summary>What a tool says about being called twice. Asked once per tool, when it is wrapped.</summary>
internal static class Idempotency
{
    public static bool Of(AIFunction tool, ToolGuardOptions options) =>
        options.IsIdempotent?.Invoke(tool)
        ?? (tool.UnderlyingMethod?.IsDefined(typeof(IdempotentAttribute), inherit: true) == true
            || (tool.AdditionalProperties.TryGetValue(ToolGuardOptions.IdempotentProperty, out var said) && said is true)
            || IsByHint(tool));

    /// <summary>MCP's hints: a tool that only reads may be called twice as well. A hint that is not given counts as no, as MCP has it.</summary>
    private static bool IsByHint(AIFunction tool)
    {
        var hints = ValueOf(ValueOf(McpShape.ToolOf(tool), "ProtocolTool"), "Annotations");
        return ValueOf(hints, "IdempotentHint") is true || ValueOf(hints, "ReadOnlyHint") is true;
    }

    private static object? ValueOf(object? owner, string property) => owner?.GetType().GetProperty(property)?.GetValue(owner);
}
