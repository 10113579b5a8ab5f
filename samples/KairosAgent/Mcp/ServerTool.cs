using KairosAgent.Settings;
using Microsoft.Extensions.AI;

namespace KairosAgent.Mcp;

/// <summary>A tool of a server, without its guard.</summary>
internal sealed record ServerTool(string Server, McpOptions Options, AIFunction Function)
{
    public const string Root = "tools";
}
