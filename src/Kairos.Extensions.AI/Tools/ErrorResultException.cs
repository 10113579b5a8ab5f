using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;

namespace Kairos.Extensions.AI;

/// <summary>A tool's result that says it is an error, as MCP's do. The model is given the result all the same.</summary>
internal sealed class ErrorResultException(object result) : Exception("The tool's result says that it is an error.")
{
    private const string CallToolResult = "ModelContextProtocol.Protocol.CallToolResult";
    private static readonly ConcurrentDictionary<Type, PropertyInfo?> Flags = new();

    /// <summary>The result.</summary>
    public object Result => result;

    /// <summary>Whether a result is one: MCP's own type, or its JSON.</summary>
    public static bool IsError(object? result) => result switch
    {
        null => false,
        JsonElement { ValueKind: JsonValueKind.Object } json => json.TryGetProperty("isError", out var flag) && flag.ValueKind == JsonValueKind.True,
        _ => Flags.GetOrAdd(result.GetType(), static type => ReflectedTypes.Is(type, CallToolResult) ? type.GetProperty("IsError") : null)?.GetValue(result) is true,
    };
}
