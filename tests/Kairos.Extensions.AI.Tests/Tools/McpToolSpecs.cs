using System.Text.Json;
using Kairos.Tests.Calls;
using Microsoft.Extensions.AI;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Kairos.Extensions.AI.Tests.Tools;

/// <summary>The tools of a real MCP server under a guard.</summary>
public sealed class McpToolSpecs : IAsyncLifetime
{
    private static readonly ToolGuardOptions OfFiles = new() { Server = "Files", ErrorResultsAreFailures = true };
    private static readonly string[] Names = ["held", "put", "read", "write", "wrong"];
    private readonly ObservedTimeProvider _time = new();
    private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private AgentSystem _system = null!;
    private McpServerInProcess _mcp = null!;
    private int _calls;
    private int _failures;

    public async Task InitializeAsync()
    {
        _system = await AgentSystem.StartAsync(
            _time,
            options =>
            {
                AgentSystem.Retries(options);
                options.Component("tools/files/held", c => c with { Call = c.Call with { AttemptTimeout = TimeSpan.FromSeconds(30) } });
            },
            [.. Names.Select(name => $"tools/files/{name}")]);
        _mcp = await McpServerInProcess.StartAsync(
            McpServerTool.Create(Act, new McpServerToolCreateOptions { Name = "write" }),
            McpServerTool.Create(Act, new McpServerToolCreateOptions { Name = "read", ReadOnly = true }),
            McpServerTool.Create(Act, new McpServerToolCreateOptions { Name = "put", Idempotent = true }),
            McpServerTool.Create(HoldAsync, new McpServerToolCreateOptions { Name = "held" }),
            McpServerTool.Create(Refuse, new McpServerToolCreateOptions { Name = "wrong" }));
    }

    public async Task DisposeAsync()
    {
        await _mcp.DisposeAsync();
        await _system.DisposeAsync();
    }

    [Fact]
    public async Task Each_tool_is_a_component_beneath_its_server()
    {
        var write = await ToolAsync("write", OfFiles);

        Assert.Equal("done", TextOf(await write.InvokeAsync().AsTask().Soon()));
        Assert.Equal((1, "write"), (_calls, write.Name));
        Assert.NotNull(_system.Kairos["tools/files/write"].Snapshot);
    }

    [Theory]
    [InlineData("write", 1)]
    [InlineData("read", 2)]
    [InlineData("put", 2)]
    public async Task Its_hints_decide_whether_it_is_repeated(string name, int calls)
    {
        _failures = 1;
        var tool = await ToolAsync(name, OfFiles);

        var calling = tool.InvokeAsync().AsTask();
        if (calls > 1) _time.Advance(await _time.NextDelayAsync());
        var result = await calling.Soon();

        Assert.Equal(calls, _calls);
        Assert.Equal(calls == 1, ErrorResultException.IsError(result)); // the model sees what the server said
    }

    [Fact]
    public async Task An_error_result_is_the_tools_failure_where_that_is_asked_for()
    {
        _failures = int.MaxValue;
        var write = await ToolAsync("write", OfFiles);
        for (var i = 0; i < 2; i++) Assert.True(ErrorResultException.IsError(await write.InvokeAsync().AsTask().Soon()));

        var told = await write.InvokeAsync().AsTask().Soon();

        Assert.Contains("'write' is unavailable", told?.ToString(), StringComparison.Ordinal);
        Assert.Equal((2, CircuitStatus.Open), (_calls, _system.Snapshot("tools/files/write").Circuit));
        Assert.All(await _system.ErrorsAsync("tools/files/write"), error => Assert.Equal((ErrorCode.ToolFailure, false), (error.Code, error.Recoverable)));
    }

    [Fact]
    public async Task And_a_result_like_any_other_where_it_is_not()
    {
        _failures = int.MaxValue;
        var write = await ToolAsync("write", new ToolGuardOptions { Server = "Files" });
        for (var i = 0; i < 3; i++) Assert.True(ErrorResultException.IsError(await write.InvokeAsync().AsTask().Soon()));

        Assert.Equal(3, _calls);
        Assert.Empty(await _system.ErrorsAsync("tools/files/write"));
    }

    [Fact]
    public async Task Wrong_arguments_are_the_models_fault()
    {
        var wrong = await ToolAsync("wrong", OfFiles);

        await Assert.ThrowsAsync<McpProtocolException>(() => wrong.InvokeAsync().AsTask().Soon());

        var error = Assert.Single(await _system.ErrorsAsync("tools/files/wrong"));
        Assert.Equal((ErrorCode.InvalidInput, Verdict.Ignore), (error.Code, error.Verdict));
    }

    [Fact]
    public async Task A_server_that_is_gone_fails_the_call_in_flight_and_later_ones_by_their_time_limit()
    {
        var held = await ToolAsync("held", OfFiles);
        var inFlight = held.InvokeAsync().AsTask();
        await _entered.Task.Soon();
        await _mcp.CrashAsync();
        await Assert.ThrowsAsync<IOException>(() => inFlight.Soon());

        // MCP's client waits for ever for a server that has gone: only a limit ends that.
        var later = held.InvokeAsync().AsTask();
        Assert.Equal(TimeSpan.FromSeconds(30), await _time.NextAsync("AttemptToken"));
        _time.Advance(TimeSpan.FromSeconds(30));
        await Assert.ThrowsAsync<CallTimeoutException>(() => later.Soon());

        Assert.Contains("'held' is unavailable", (await held.InvokeAsync().AsTask().Soon())?.ToString(), StringComparison.Ordinal);
        Assert.Equal([ErrorCode.ToolFailure, ErrorCode.Timeout], (await _system.ErrorsAsync("tools/files/held")).Select(error => error.Code));
    }

    private static string? TextOf(object? result) => result switch
    {
        TextContent text => text.Text,
        JsonElement json => json.GetRawText(),
        _ => result?.ToString(),
    };

    private CallToolResult Act() => new()
    {
        IsError = ++_calls <= _failures,
        Content = [new TextContentBlock { Text = "done" }],
    };

    private async Task<string> HoldAsync(CancellationToken cancellationToken)
    {
        _entered.TrySetResult();
        await Task.Delay(Timeout.Infinite, cancellationToken);
        return "never";
    }

    private static string Refuse() => throw new McpProtocolException("no", McpErrorCode.InvalidParams);

    private async Task<AIFunction> ToolAsync(string name, ToolGuardOptions options)
    {
        var tools = (await _mcp.Client.ListToolsAsync()).WithKairos(_system.Kairos, options);
        return (AIFunction)tools.Single(tool => tool.Name == name);
    }
}
