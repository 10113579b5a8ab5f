using System.Globalization;
using System.Runtime.InteropServices;
using Kairos.TestUtilities;
using Kairos.TestUtilities.Collecting;
using Kairos.TestUtilities.Ports;
using Kairos.TestUtilities.Processes;
using KairosAgent.Tests.Chat;

namespace KairosAgent.Tests.Mcp;

/// <summary>The agent with the tools of a real MCP server, a process of its own.</summary>
[Trait(Parts.Trait, Parts.Real)]
public sealed class McpChatTests : IDisposable
{
    private const string Token = "my-token-0123456789";
    private const string Breaker = "defaults { breaker { consecutive-failures = 2 }, call.retry.max-attempts = 1 }";

    private readonly ChatFolder _folder = new();

    [Fact]
    public async Task Tools_of_a_server_are_called_and_counted_by_themselves()
    {
        await using var collector = await OtlpCollector.StartAsync();
        Configure($"files {{ {TestServer.Command} }}");

        var result = await ChatAsync(
            collector, """use echo {"text":"hello, it is me"}""", """use Add_Numbers {"a":20,"b":22}""", "use files_clock", "use clock", "use nothing", "use echo {oops}");

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(["hello, it is me", "42", "a clock of another server"], result.OutputLines[..3]);
        Assert.StartsWith("It is ", result.OutputLines[3], StringComparison.Ordinal); // the agent's own has its name to itself
        Assert.Equal(["I would need the tool 'nothing' for that, and have not got it.", "The arguments of 'echo' must be an object of JSON."], result.OutputLines[4..]);
        Assert.Contains("mcp server files: 9 tools\n", result.Errors, StringComparison.Ordinal);
        var values = Last(collector);
        Assert.Equal(1, values["kairos.calls{component=tools/files/echo,outcome=success}"]);
        Assert.Equal(1, values["kairos.calls{component=tools/files/add.numbers,outcome=success}"]);
        Assert.Equal(1, values["kairos.calls{component=tools/files/clock,outcome=success}"]);
        Assert.Equal(1, values["kairos.calls{component=tools/clock,outcome=success}"]);
    }

    [Fact]
    public async Task A_tool_whose_results_are_errors_is_shut_out_by_its_circuit()
    {
        await using var collector = await OtlpCollector.StartAsync();
        Configure($"files {{ {TestServer.Command} }}");

        var result = await ChatAsync(collector, """use fail {"text":"no disk"}""", """use fail {"text":"still none"}""", """use fail {"text":"x"}""", """use echo {"text":"y"}""");

        Assert.Equal(["no disk", "still none"], result.OutputLines[..2]);
        Assert.StartsWith("The tool 'fail' is unavailable at present and was not called.", result.OutputLines[2], StringComparison.Ordinal);
        Assert.Equal("y", result.OutputLines[3]);
        var values = Last(collector);
        Assert.Equal(2, values["kairos.errors.total{component=tools/files/fail,error.code=tool_failure,recoverable=false}"]);
        Assert.Equal(0, values["kairos.circuitbreaker.state{component=tools/files/fail}"]);
        Assert.Equal(2, values["kairos.circuitbreaker.state{component=tools/files/echo}"]);
        Assert.Equal(1, values["kairos.calls{component=tools/files/fail,outcome=rejected}"]);
    }

    [Fact]
    public async Task Error_results_are_answers_where_that_is_asked_for()
    {
        await using var collector = await OtlpCollector.StartAsync();
        Configure($"files {{ {TestServer.Command}, error-results-are-failures = false }}");

        var result = await ChatAsync(collector, [.. Enumerable.Repeat("""use fail {"text":"wrong path"}""", 3)]);

        Assert.Equal(Enumerable.Repeat("wrong path", 3), result.OutputLines);
        var values = Last(collector);
        Assert.Equal(3, values["kairos.calls{component=tools/files/fail,outcome=success}"]);
        Assert.DoesNotContain(values.Keys, key => key.StartsWith("kairos.errors.total", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_call_that_hangs_ends_by_its_time_limit()
    {
        await using var collector = await OtlpCollector.StartAsync();
        Configure($"files {{ {TestServer.Command} }}", "components.\"tools/files/hang\".call.attempt-timeout = 500ms");

        var result = await ChatAsync(collector, "use hang", """use echo {"text":"on we go"}""");

        Assert.Equal(["The tool 'hang' failed.", "on we go"], result.OutputLines);
        Assert.Equal(1, Last(collector)["kairos.errors.total{component=tools/files/hang,error.code=timeout,recoverable=true}"]);
    }

    [Fact]
    public async Task A_server_that_exits_in_the_middle_of_a_call_is_started_anew_by_the_next()
    {
        await using var collector = await OtlpCollector.StartAsync();
        Configure($"files {{ {TestServer.Command} }}");

        var result = await ChatAsync(collector, "use process", "use exit", "use process", "use process");

        Assert.Equal(4, result.OutputLines.Length);
        Assert.Equal("The tool 'exit' failed.", result.OutputLines[1]);
        Assert.NotEqual(result.OutputLines[0], result.OutputLines[^1]);
        Assert.True(int.TryParse(result.OutputLines[^1], CultureInfo.InvariantCulture, out _), result.OutputLines[^1]);
        Assert.Equal(1, Last(collector)["kairos.errors.total{component=tools/files/exit,error.code=tool_failure,recoverable=false}"]);
    }

    [Fact]
    public async Task Servers_that_are_not_to_be_had_are_told_and_counted_and_stop_nothing()
    {
        await using var collector = await OtlpCollector.StartAsync();
        using var port = new ReservedPort();
        Configure($$"""
            missing { command = "/nowhere/at-all" }
            ended { {{TestServer.CommandWith("fail", "3")}} }
            mute { {{TestServer.CommandWith("mute")}}, startup-timeout = 1s }
            leaky { {{TestServer.CommandWith("token")}}, env { TEST_TOKEN = "{{Token}}" } }
            closed { url = "http://127.0.0.1:{{port.Number}}/mcp", headers { Authorization = "Bearer {{Token}}" } }
            endless { command = sh, arguments = [-c, "tr '\\000' x < /dev/zero"], max-message-bytes = 65536 }
            files { {{TestServer.Command}} }
            """);

        var result = await ChatAsync(collector, """use echo {"text":"here I am"}""");

        Assert.Equal((0, "here I am\n"), (result.ExitCode, result.Output));
        foreach (var line in new[]
                 {
                     "missing is not to be had: its command cannot be started",
                     "ended is not to be had: its program ended with exit code 3",
                     "mute is not to be had: no answer within 1s",
                     "leaky is not to be had: its program ended with exit code 1",
                     "closed is not to be had: no connection to its address",
                     "endless is not to be had: it wrote a message longer than 65536 bytes (max-message-bytes)",
                 })
        {
            Assert.Contains($"mcp server {line}; the agent goes on without its tools\n", result.Errors, StringComparison.Ordinal);
        }

        var values = Last(collector);
        foreach (var name in new[] { "missing", "ended", "leaky", "closed" })
            Assert.Equal(1, values[$"kairos.errors.total{{component=tools/{name},error.code=tool_failure,recoverable=false}}"]);
        Assert.Equal(1, values["kairos.errors.total{component=tools/mute,error.code=timeout,recoverable=true}"]);
        AssertNowhere(result, collector);
    }

    [Fact]
    public async Task What_a_server_is_given_in_secret_is_shown_nowhere_and_Kairos_own_variables_are_not_given_to_it()
    {
        await using var collector = await OtlpCollector.StartAsync();
        Configure($"files {{ {TestServer.Command}, env {{ TEST_TOKEN = {Token} }} }}");
        var result = await _folder.ChatAsync(
            ModelSettings.Exporting(collector), """use variable {"name":"TEST_TOKEN"}""", """use variable {"name":"KAIROS_TELEMETRY_EXPORTER"}""", $$"""use refuse {"text":"not for {{Token}}"}""");
        var config = await RunningProgram.RunAsync(_folder.Start([], "config"));

        Assert.Equal(["***", "(none)", "The tool 'refuse' failed."], result.OutputLines);
        Assert.Contains("not for ***", result.Errors, StringComparison.Ordinal);
        Assert.Contains(config.OutputLines, line => line.StartsWith("kairos.agent.mcp.files.env.TEST_TOKEN = *** ", StringComparison.Ordinal));
        Assert.DoesNotContain(Token, config.Output + config.Errors, StringComparison.Ordinal);
        AssertNowhere(result, collector);
    }

    [Fact]
    public async Task Faults_strike_the_tools_of_servers_as_well()
    {
        await using var collector = await OtlpCollector.StartAsync();
        Configure($"files {{ {TestServer.Command} }}", "faults.\"tools/files/echo\" { error-rate = 1, code = timeout }");

        var result = await ChatAsync(collector, """use echo {"text":"x"}""", "use variable {\"name\":\"NOT_SET\"}");

        Assert.Equal(["The tool 'echo' failed.", "(none)"], result.OutputLines);
        Assert.Equal(1, Last(collector)["kairos.errors.total{component=tools/files/echo,error.code=timeout,recoverable=true}"]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(PosixSignal.SIGINT)]
    [InlineData(PosixSignal.SIGTERM)]
    public async Task Servers_end_with_the_agent_also_such_as_do_not_want_to(PosixSignal? signal)
    {
        Configure($"files {{ {TestServer.Command} }}, stubborn {{ {TestServer.CommandWith("wait")} }}");
        await using var host = RunningProgram.Start(_folder.Start([]));
        await host.Input.WriteAsync("use process\nuse stubborn_process\n"u8.ToArray(), host.WaitTimeout);
        await host.Input.FlushAsync(host.WaitTimeout);
        var output = await host.Output.WaitForAsync(text => text.Count(letter => letter == '\n') == 2, host.WaitTimeout);

        if (signal is { } asked) host.Signal(asked);
        else host.CloseInput();
        var result = await host.WaitForExitAsync();

        Assert.Equal(0, result.ExitCode);
        Assert.EndsWith("\nanswered 2 prompts, 0 failed\n", result.Errors, StringComparison.Ordinal);
        foreach (var process in output.Trim().Split('\n')) await TestServer.WaitForEndAsync(process, host.WaitTimeout);
    }

    [Fact]
    public async Task Told_to_stop_while_servers_start_it_stops_them()
    {
        Configure($"mute {{ {TestServer.CommandWith("mute")} }}, files {{ {TestServer.Command} }}");
        await using var host = RunningProgram.Start(_folder.Start([]));
        await host.WaitForErrorsAsync("mcp server files: 9 tools");

        host.Signal(PosixSignal.SIGTERM);
        var result = await host.WaitForExitAsync();

        Assert.Equal((0, ""), (result.ExitCode, result.Output));
        Assert.EndsWith("\nanswered 0 prompts, 0 failed\n", result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("not to be had", result.Errors, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static SortedDictionary<string, double> Last(OtlpCollector collector) => MetricValues.Of(collector.Metrics.Accepted[^1].Message);

    private static void AssertNowhere(ProgramResult result, OtlpCollector collector)
    {
        Assert.DoesNotContain(Token, result.Output + result.Errors, StringComparison.Ordinal);
        Assert.NotEmpty(collector.Logs.All);
        Assert.All(collector.Logs.All, export => Assert.DoesNotContain(Token, export.Message.ToString(), StringComparison.Ordinal));
        Assert.All(collector.Traces.All, export => Assert.DoesNotContain(Token, export.Message.ToString(), StringComparison.Ordinal));
    }

    private void Configure(string servers, string more = "") => _folder.Write("kairos.conf", $"kairos {{ {Breaker}\n {more}\n agent.mcp {{ {servers} }} }}");

    private Task<ProgramResult> ChatAsync(OtlpCollector collector, params string[] prompts) => _folder.ChatAsync(ModelSettings.Exporting(collector), prompts);
}
