using System.Runtime.InteropServices;
using System.Text;
using Kairos.TestUtilities;
using Kairos.TestUtilities.Collecting;
using Kairos.TestUtilities.Processes;
using KairosAgent.Tests.Chat;
using Microsoft.AspNetCore.Http;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace KairosAgent.Tests.Mcp;

/// <summary>The agent with the tools of a real MCP server that is asked by HTTP.</summary>
[Trait(Parts.Trait, Parts.Real)]
public sealed class McpHttpChatTests : IDisposable
{
    private const string Key = "my-header-0123456789";
    private const int MostMegabytes = 350; // a message of 16 MB is held as bytes, text and objects

    // As an SDK for servers writes it that does not know the session.
    private const string NoSession = """{"jsonrpc":"2.0","id":"server-error","error":{"code":-32000,"message":"Bad Request: No valid session ID provided"}}""";

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
    [InlineData(StatusCodes.Status404NotFound, "Session not found")]
    [InlineData(StatusCodes.Status404NotFound, NoSession)]
    [InlineData(StatusCodes.Status400BadRequest, "Session not found")]
    [InlineData(StatusCodes.Status400BadRequest, NoSession)]
    public async Task A_server_that_refuses_a_call_costs_that_call_and_gets_a_new_connection(int status, string refusal)
    {
        await using var server = await McpHttpServer.StartAsync(Tool("echo", (string text) => text));
        (server.Refuses, server.Refusal) = ((status, 1), refusal);
        Configure(server.Web.Address);

        var result = await _folder.ChatAsync("""use echo {"text":"one"}""", """use echo {"text":"two"}""", """use echo {"text":"three"}""");

        Assert.Equal("The tool 'echo' failed.\ntwo\nthree\n", result.Output);
    }

    [Fact]
    public async Task A_server_that_was_restarted_costs_one_call_and_gets_a_new_session()
    {
        McpHttpServer server = null!;
        await using var disposed = server = await McpHttpServer.StartAsync(
            Tool("echo", (string text) => text),
            Tool("last", () =>
            {
                server.Restart();
                return "and then it was restarted";
            }));
        (server.OnDelete, server.Refusal) = (_ => Task.CompletedTask, NoSession);
        Configure(server.Web.Address);

        var result = await _folder.ChatAsync("""use echo {"text":"one"}""", "use last", """use echo {"text":"two"}""", """use echo {"text":"three"}""");

        Assert.Equal("one\nand then it was restarted\nThe tool 'echo' failed.\nthree\n", result.Output);
    }

    [Fact]
    public async Task Arguments_that_are_refused_with_400_are_not_blamed_on_the_server()
    {
        await using var collector = await OtlpCollector.StartAsync();
        await using var server = await McpHttpServer.StartAsync(Tool("echo", (string text) => text));
        (server.Refuses, server.Refusal) = ((StatusCodes.Status400BadRequest, 1), """{"jsonrpc":"2.0","id":"x","error":{"code":-32602,"message":"no such text"}}""");
        Configure(server.Web.Address);

        await _folder.ChatAsync(ModelSettings.Exporting(collector), """use echo {"text":"one"}""");

        var values = MetricValues.Of(collector.Metrics.Accepted[^1].Message);
        Assert.Equal(1, values["kairos.errors.total{component=tools/web/echo,error.code=invalid_input,recoverable=false}"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_server_that_never_answers_the_end_of_its_session_holds_up_no_stop(bool beginsToAnswer)
    {
        await using var server = await McpHttpServer.StartAsync(Tool("echo", (string text) => text));
        var deleted = new TaskCompletionSource();
        server.OnDelete = async context =>
        {
            if (beginsToAnswer) await context.Response.StartAsync();
            deleted.SetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        };
        Configure(server.Web.Address);
        await using var host = RunningProgram.Start(_folder.Start([]) with { WaitTimeout = TimeSpan.FromSeconds(30) });
        await host.WaitForErrorsAsync("mcp server web: 1 tool\n");

        host.Signal(PosixSignal.SIGTERM);
        var result = await host.WaitForExitAsync();

        Assert.True(deleted.Task.IsCompleted);
        Assert.Equal(0, result.ExitCode);
        Assert.EndsWith("\nanswered 0 prompts, 0 failed\n", result.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(StatusCodes.Status404NotFound, "Session not found")]
    [InlineData(StatusCodes.Status400BadRequest, "Session not found")]
    [InlineData(StatusCodes.Status400BadRequest, NoSession)]
    public async Task One_that_refuses_every_call_opens_the_circuit(int status, string refusal)
    {
        await using var server = await McpHttpServer.StartAsync(Tool("echo", (string text) => text));
        (server.Refuses, server.Refusal) = ((status, int.MaxValue), refusal);
        Configure(server.Web.Address);

        var result = await _folder.ChatAsync([.. Enumerable.Repeat("""use echo {"text":"x"}""", 6)]);

        Assert.StartsWith("The tool 'echo' is unavailable at present and was not called.", result.OutputLines[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(20_000, 1, 100, "it lists more than 1000 tools (max-tools)")]
    [InlineData(10, int.MaxValue, 100, "it lists more than 1000 tools (max-tools)")]
    [InlineData(0, int.MaxValue, 100, "it lists its tools on more than 1000 pages (max-tools)")]
    [InlineData(1, int.MaxValue, 1_000_000, "it lists tools of more than 16777216 bytes (max-message-bytes)")]
    public async Task One_that_lists_more_than_it_may_is_not_to_be_had(int toolsOnPage, int pages, int bytesOfTool, string reason)
    {
        await using var server = await McpHttpServer.StartAsync();
        var (page, description) = (0, new string('x', bytesOfTool));
        server.InsteadOf["tools/list"] = (context, request) => McpHttpServer.ListAsync(context, request, new ListToolsResult
        {
            Tools = [.. Enumerable.Range(0, toolsOnPage).Select(tool => new Tool { Name = $"tool{page}-{tool}", Description = description })],
            NextCursor = ++page < pages ? "next" : null,
        });
        Configure(server.Web.Address);

        var (result, peak) = await PeakAsync();

        Assert.Contains($"mcp server web is not to be had: {reason}; the agent goes on without its tools\n", result.Errors, StringComparison.Ordinal);
        Assert.InRange(peak, 1, MostMegabytes);
    }

    [Fact]
    public async Task More_tools_are_allowed_where_that_is_asked_for()
    {
        await using var server = await McpHttpServer.StartAsync([.. Enumerable.Range(0, 1001).Select(i => Tool($"tool{i}", () => "x"))]);
        Configure(server.Web.Address, "max-tools = 1001");

        var result = await _folder.ChatAsync("use tool1000");

        Assert.Equal("x\n", result.Output);
    }

    [Fact]
    public async Task An_answer_of_events_without_end_fails_the_call_and_says_why()
    {
        await using var collector = await OtlpCollector.StartAsync();
        await using var server = await McpHttpServer.StartAsync(Tool("echo", (string text) => text));
        var line = $"data: {new string('x', 1000)}\n";
        server.InsteadOf["tools/call"] = async (context, _) =>
        {
            context.Response.ContentType = "text/event-stream";
            while (!context.RequestAborted.IsCancellationRequested) await context.Response.WriteAsync(line, context.RequestAborted);
        };
        Configure(server.Web.Address);

        var (result, peak) = await PeakAsync("""use echo {"text":"one"}""");

        Assert.Equal("The tool 'echo' failed.\n", result.Output);
        Assert.Contains("it wrote a message longer than 16777216 bytes (max-message-bytes)", result.Errors, StringComparison.Ordinal);
        Assert.InRange(peak, 1, MostMegabytes);
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

    private void Configure(string address, string more = "") =>
        _folder.Write("kairos.conf", $$"""kairos.agent.mcp.web { url = "{{address}}/mcp", headers { X-Key = "{{Key}}" }, {{more}} }""");

    /// <summary>Asks, and looks at how much memory that took.</summary>
    private async Task<(ProgramResult Result, long PeakMegabytes)> PeakAsync(string prompt = "what is 1+1")
    {
        await using var host = RunningProgram.Start(_folder.Start([]));
        await host.Input.WriteAsync(Encoding.UTF8.GetBytes($"{prompt}\n"), host.WaitTimeout);
        await host.Input.FlushAsync(host.WaitTimeout);
        await host.Output.WaitForAsync(text => text.Contains('\n'), host.WaitTimeout);
        var peak = host.PeakMegabytes;
        host.CloseInput();
        return (await host.WaitForExitAsync(), peak);
    }
}
