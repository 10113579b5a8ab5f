using System.ComponentModel;
using System.Globalization;
using System.Net.Sockets;
using Kairos;
using KairosAgent.Text;

namespace KairosAgent.Mcp;

/// <summary>Why a server is not to be had, in our own words: those of a server may hold what it was given in secret.</summary>
/// <param name="Code">Its error code.</param>
/// <param name="Reason">What happened.</param>
internal readonly record struct McpFailure(ErrorCode Code, string Reason)
{
    public static McpFailure Of(Exception exception, TimeSpan limit)
    {
        var causes = new List<Exception>();
        for (var cause = exception; cause is not null; cause = cause.InnerException) causes.Add(cause);
        return causes.Any(cause => cause is TimeoutException) ? new McpFailure(ErrorCode.Timeout, $"no answer within {Durations.Write(limit)}")
            : causes.Any(cause => cause is Win32Exception and not SocketException) ? Failed("its command cannot be started")
            : causes.OfType<McpEndedException>().FirstOrDefault() is { } ended ? Failed(ended.Reason)
            : causes.OfType<HttpRequestException>().FirstOrDefault() is { } http ? Of(http)
            : Failed("it does not answer as an MCP server does");
    }

    private static McpFailure Of(HttpRequestException exception) => (int?)exception.StatusCode switch
    {
        401 or 403 => new McpFailure(ErrorCode.Unauthorized, "it refuses the credentials"),
        { } status => Failed($"it answered {status.ToString(CultureInfo.InvariantCulture)}"),
        null => Failed("no connection to its address"),
    };

    private static McpFailure Failed(string reason) => new(ErrorCode.ToolFailure, reason);
}
