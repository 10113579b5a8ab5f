using Kairos;
using KairosAgent.Settings;
using Microsoft.Extensions.AI;

namespace KairosAgent.Mcp;

/// <summary>A tool of a server, without its guard.</summary>
internal sealed record ServerTool(string Server, McpOptions Options, AIFunction Function)
{
    public const string Root = "tools";

    /// <summary>Whose faults it has: its component, or where its name is too odd for one its server.</summary>
    public string FaultsOf
    {
        get
        {
            var server = $"{Root}{ComponentName.Separator}{Server}";
            var letters = Function.Name.ToLowerInvariant().Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' ? letter : '-');
            var component = $"{server}{ComponentName.Separator}{string.Concat(letters)}";
            return ComponentName.IsValid(component) ? component : server;
        }
    }
}
