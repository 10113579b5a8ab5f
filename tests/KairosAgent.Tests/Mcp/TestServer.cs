using Kairos.TestUtilities;

namespace KairosAgent.Tests.Mcp;

/// <summary>The MCP server that misbehaves on command, as a configuration names it.</summary>
internal static class TestServer
{
    private static readonly string Program = Repository.Program("tests/Kairos.TestUtilities.McpServer", "kairos-test-mcp");

    public static string Command => $"command = \"{Program}\"";

    /// <summary>Waits until a process, given by its id, has ended; one that nobody has asked for its exit code yet has.</summary>
    public static async Task WaitForEndAsync(string process, CancellationToken timeout)
    {
        while (Status(process) is { } status && !status.Contains("State:\tZ", StringComparison.Ordinal))
        {
            if (timeout.IsCancellationRequested) throw new TimeoutException($"the server (process {process}) is still there");
            await Task.Yield();
        }
    }

    public static string CommandWith(params string[] arguments) => $"{Command}, arguments = [{string.Join(", ", arguments)}]";

    private static string? Status(string process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/status");
        }
        catch (IOException)
        {
            return null;
        }
    }
}
