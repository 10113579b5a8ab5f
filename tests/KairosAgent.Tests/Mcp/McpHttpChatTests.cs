using Kairos.TestUtilities.Collecting;
using KairosAgent.Tests.Chat;
using Microsoft.AspNetCore.Http;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace KairosAgent.Tests.Mcp;

/// <summary>The agent with the tools of a real MCP server that is asked by HTTP.</summary>
public sealed class McpHttpChatTests : IDisposable
{
    private const string Key = "my-header-0123456789";

    private readonly ChatFolder _folder = new();

    [Fact]
    public async Task Tools_behind_an_address_are_called_with_the_headers_and_counted()
    {
        await using var collector = await OtlpCollector.StartAsync();
        await using var server = await McpHttpServer.StartAsync(
            Tool("echo", (string text) => text),
            Tool("fail", () => new CallToolResult { IsError = true, Content = [new TextContentBlock { Text = $"not with {Key}" }] }));
        Configure(server.Web.Address);

        var result = await _folder.ChatAsync(ModelSettings.Exporting(collector), """use echo {"text":"by HTTP"}""", "use fail");

        Assert.Equal((0, "by HTTP\nnot with ***\n"), (result.ExitCode, result.Output));
        Assert.Contains("mcp server web: 2 tools\n", result.Errors, StringComparison.Ordinal);
        Assert.All(server.Keys, key => Assert.Equal(Key, key));
        var values = MetricValues.Of(collector.Metrics.Accepted[^1].Message);
        Assert.Equal(1, values["kairos.calls{component=tools/web/echo,outcome=success}"]);
        Assert.Equal(1, values["kairos.errors.total{component=tools/web/fail,error.code=tool_failure,recoverable=false}"]);
        Assert.DoesNotContain(Key, result.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(StatusCodes.Status401Unauthorized, "it refuses the credentials", "unauthorized")]
    [InlineData(StatusCodes.Status503ServiceUnavailable, "it answered 503", "tool_failure")]
    public async Task A_server_that_refuses_is_told_and_counted(int status, string reason, string code)
    {
        await using var collector = await OtlpCollector.StartAsync();
        await using var server = await McpHttpServer.StartAsync();
        server.Instead = context =>
        {
            context.Response.StatusCode = status;
            return context.Response.WriteAsync($"not with {Key}");
        };
        Configure(server.Web.Address);

        var result = await _folder.ChatAsync(ModelSettings.Exporting(collector), "what is 1+1");

        Assert.Equal((0, "1+1 = 2\n"), (result.ExitCode, result.Output));
        Assert.Contains($"mcp server web is not to be had: {reason}; the agent goes on without its tools\n", result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain(Key, result.Errors, StringComparison.Ordinal);
        Assert.Equal(1, MetricValues.Of(collector.Metrics.Accepted[^1].Message)[$"kairos.errors.total{{component=tools/web,error.code={code},recoverable=false}}"]);
    }

    [Theory]
    [InlineData(StatusCodes.Status404NotFound)]
    [InlineData(StatusCodes.Status400BadRequest)]
    public async Task A_server_that_was_restarted_costs_one_call_and_gets_a_new_session(int status)
    {
        await using var server = await McpHttpServer.StartAsync(Tool("echo", (string text) => text));
        server.Refuses = (status, 1);
        Configure(server.Web.Address);

        var result = await _folder.ChatAsync("""use echo {"text":"one"}""", """use echo {"text":"two"}""", """use echo {"text":"three"}""");

        Assert.Equal("The tool 'echo' failed.\ntwo\nthree\n", result.Output);
    }

    [Theory]
    [InlineData(StatusCodes.Status404NotFound)]
    [InlineData(StatusCodes.Status400BadRequest)]
    public async Task One_that_refuses_every_call_opens_the_circuit(int status)
    {
        await using var server = await McpHttpServer.StartAsync(Tool("echo", (string text) => text));
        server.Refuses = (status, int.MaxValue);
        Configure(server.Web.Address);

        var result = await _folder.ChatAsync([.. Enumerable.Repeat("""use echo {"text":"x"}""", 6)]);

        Assert.StartsWith("The tool 'echo' is unavailable at present and was not called.", result.OutputLines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_lists_tools_without_end_is_not_to_be_had()
    {
        await using var server = await McpHttpServer.StartAsync([.. Enumerable.Range(0, 1001).Select(i => Tool($"tool{i}", () => "x"))]);
        Configure(server.Web.Address);

        var result = await _folder.ChatAsync("what is 1+1");

        Assert.Contains("mcp server web is not to be had: it lists more than 1000 tools; the agent goes on without its tools\n", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_answers_without_end_is_not_to_be_had_either()
    {
        await using var server = await McpHttpServer.StartAsync();
        server.Instead = async context =>
        {
            context.Response.ContentType = "application/json";
            while (!context.RequestAborted.IsCancellationRequested) await context.Response.Body.WriteAsync(new byte[64 * 1024], context.RequestAborted);
        };
        Configure(server.Web.Address);

        var result = await _folder.ChatAsync("what is 1+1");

        Assert.Contains("it wrote a message longer than 16777216 bytes (max-message-bytes)", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_headers_do_not_follow_a_redirection()
    {
        await using var other = await McpHttpServer.StartAsync();
        await using var server = await McpHttpServer.StartAsync();
        server.Instead = context =>
        {
            context.Response.Redirect(other.Web.Address, permanent: false, preserveMethod: true);
            return Task.CompletedTask;
        };
        Configure(server.Web.Address);

        var result = await _folder.ChatAsync("what is 1+1");

        Assert.Equal(0, other.Web.Requests);
        Assert.Contains("mcp server web is not to be had: it answered 307;", result.Errors, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static McpServerTool Tool(string name, Delegate method) => McpServerTool.Create(method, new McpServerToolCreateOptions { Name = name });

    private void Configure(string address) =>
        _folder.Write("kairos.conf", $$"""kairos.agent.mcp.web { url = "{{address}}/mcp", headers { X-Key = "{{Key}}" } }""");
}
