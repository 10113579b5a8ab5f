using System.Reflection;

namespace Kairos.Host.Tests.Chat;

/// <summary>The MCP server that misbehaves on command, as a configuration names it.</summary>
internal static class TestServer
{
    private static readonly string Program = Path.GetFullPath(Path.Combine(
        typeof(TestServer).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "McpServerFolder").Value!, "kairos-test-mcp"));

    public static string Command => $"command = \"{Program}\"";

    public static string CommandWith(params string[] arguments) => $"{Command}, arguments = [{string.Join(", ", arguments)}]";
}
