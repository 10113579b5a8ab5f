using System.Collections.Concurrent;
using System.Reflection;
using Kairos.Classification;
using Microsoft.Extensions.AI;

namespace Kairos.Extensions.AI;

/// <summary>
/// What an MCP server's JSON-RPC error means, and its refusal of a session. Only the two codes that blame the caller are told apart; the others
/// say no more than that the tool failed. Looked up once per type.
/// </summary>
internal static class McpShape
{
    private const string Name = "ModelContextProtocol.McpProtocolException";
    private const int MethodNotFound = -32601;
    private const int InvalidParams = -32602;

    private const string Tool = "ModelContextProtocol.Client.McpClientTool";

    private static readonly ConcurrentDictionary<Type, PropertyInfo?> Codes = new();
    private static readonly PropertyInfo? Inner =
        typeof(DelegatingAIFunction).GetProperty("InnerFunction", BindingFlags.Instance | BindingFlags.NonPublic);

    public static ResponseFacts? FactsOf(Exception exception) =>
        Codes.GetOrAdd(exception.GetType(), static type => ReflectedTypes.Is(type, Name) ? type.GetProperty("ErrorCode") : null) is not { } code ? null
        : Convert.ToInt32(code.GetValue(exception), provider: null) switch
        {
            MethodNotFound => new ResponseFacts { Status = 0, ErrorCode = "method_not_found" },
            InvalidParams => new ResponseFacts { Status = 0, ErrorCode = "invalid_params" },
            _ => null,
        };

    /// <summary>Whether a function is a tool of an MCP server.</summary>
    public static bool IsTool(AIFunction tool) => ToolOf(tool) is not null;

    /// <summary>The MCP client's tool that a function is, or stands around; null where there is none.</summary>
    public static AIFunction? ToolOf(AIFunction tool)
    {
        AIFunction? function = tool;
        while (function is not null && !ReflectedTypes.Is(function.GetType(), Tool)) function = function is DelegatingAIFunction ? Inner?.GetValue(function) as AIFunction : null;
        return function;
    }

    /// <summary>
    /// What it means that a server by HTTP answered 400, 404 and the like to a call: it does not know the session any more, or is no MCP server.
    /// The tool's arguments travel within the call and are refused there, so that this is the server's failure and counts.
    /// </summary>
    /// <param name="exception">What the client threw.</param>
    /// <param name="component">The tool's component.</param>
    /// <param name="isIdempotent">Whether the tool may be called again.</param>
    /// <returns>The failure; null where there was no such answer.</returns>
    public static KairosException? RefusalOf(Exception exception, string component, bool isIdempotent)
    {
        for (Exception? cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is not HttpRequestException { StatusCode: { } status }) continue;
            if (Meanings.OfStatus((int)status) is not (Meaning.InvalidInput or Meaning.NotFound)) return null;
            var code = OwnErrors.CodeOf(new ClassificationContext(component));
            return new KairosException(new KairosError(code, $"The MCP server refuses the call's session with HTTP {(int)status}.") { Recoverable = isIdempotent, Cause = exception });
        }

        return null;
    }
}
