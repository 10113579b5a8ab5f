using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Kairos.TestUtilities.McpServer;

/// <summary>Tools that do as they are called, right and wrong.</summary>
internal static class Misbehaviour
{
    private const int ExitCode = 7;

    public static McpServerPrimitiveCollection<McpServerTool> Tools() =>
    [
        Tool("echo", (string text) => text),
        Tool("Add.Numbers", (int a, int b) => a + b),
        Tool("process", () => Environment.ProcessId),
        Tool("variable", (string name) => Environment.GetEnvironmentVariable(name) ?? "(none)"),
        Tool("fail", (string text) => new CallToolResult { IsError = true, Content = [new TextContentBlock { Text = text }] }),
        Tool("refuse", string (string text) => throw new McpProtocolException(text, McpErrorCode.InternalError)),
        Tool("hang", async (CancellationToken cancellationToken) =>
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return "never";
        }),
        Tool("exit", string () =>
        {
            Environment.Exit(ExitCode);
            return "never";
        }),
        Tool("clock", () => "a clock of another server"),
    ];

    private static McpServerTool Tool(string name, Delegate method) => McpServerTool.Create(method, new McpServerToolCreateOptions { Name = name });
}
