using Kairos.TestUtilities.McpServer;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

// "fail CODE": ends before it has answered anything; "mute": never answers anything; "token": tells on standard error what it was given,
// and ends; "wait": does not end when it is told to.
var way = args.FirstOrDefault();
if (way == "fail") return int.Parse(args[1], provider: null);
if (way == "mute") await Task.Delay(Timeout.Infinite);
if (way == "token")
{
    await Console.Error.WriteLineAsync($"refused: {Environment.GetEnvironmentVariable("TEST_TOKEN")}");
    return 1;
}

await using var server = McpServer.Create(
    new StdioServerTransport("kairos-test-mcp"),
    new McpServerOptions { ServerInfo = new Implementation { Name = "kairos-test-mcp", Version = "1" }, ToolCollection = Misbehaviour.Tools() });
await server.RunAsync();
if (way == "wait") await Task.Delay(Timeout.Infinite);
return 0;
