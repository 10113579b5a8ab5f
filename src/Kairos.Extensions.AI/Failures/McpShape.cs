using System.Collections.Concurrent;
using System.Reflection;
using Kairos.Errors;

namespace Kairos.Extensions.AI;

/// <summary>
/// What an MCP server's JSON-RPC error means. Only the two codes that blame the caller are told apart; the others say no more than that
/// the tool failed. Looked up once per type.
/// </summary>
internal static class McpShape
{
    private const string Name = "ModelContextProtocol.McpProtocolException";
    private const int MethodNotFound = -32601;
    private const int InvalidParams = -32602;

    private static readonly ConcurrentDictionary<Type, PropertyInfo?> Codes = new();

    public static ResponseFacts? FactsOf(Exception exception) =>
        Codes.GetOrAdd(exception.GetType(), static type => Shapes.Is(type, Name) ? type.GetProperty("ErrorCode") : null) is not { } code ? null
        : Convert.ToInt32(code.GetValue(exception), provider: null) switch
        {
            MethodNotFound => new ResponseFacts { Status = 0, ErrorCode = "not_found_error" },
            InvalidParams => new ResponseFacts { Status = 0, ErrorCode = "invalid_request_error" },
            _ => null,
        };
}
