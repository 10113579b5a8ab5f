using System.Collections.Concurrent;
using System.Text.Json;
using Kairos.Host.Tests.Processes;
using Kairos.Testing.Collecting;
using Microsoft.AspNetCore.Http;

namespace Kairos.Host.Tests.Chat;

/// <summary>The agent with a model behind a real connection, by OpenAI's own SDK.</summary>
public sealed class RemoteChatTests : IAsyncLifetime, IDisposable
{
    private const string Key = "my-own-key-0123456789";

    private readonly ChatFolder _folder = new();
    private readonly ConcurrentQueue<Func<HttpContext, Task>> _answers = new();
    private readonly ConcurrentQueue<JsonDocument> _asked = new();
    private WebServer _server = null!;

    public async Task InitializeAsync() => _server = await WebServer.StartAsync(async context =>
    {
        Assert.Equal(("/v1/chat/completions", $"Bearer {Key}"), (context.Request.Path.Value, context.Request.Headers.Authorization.ToString()));
        _asked.Enqueue(await JsonDocument.ParseAsync(context.Request.Body));
        Assert.True(_answers.TryDequeue(out var answer), "more requests than expected");
        await answer(context);
    });

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_streamed_answer_is_written_and_the_next_prompt_knows_it()
    {
        _answers.Enqueue(Stream(Text("Good "), Text("day\u001b[2J!"), End("stop")));
        _answers.Enqueue(Stream(Text("Bye."), End("stop")));

        var result = await ChatAsync("hello", "bye");

        Assert.Equal((0, "Good day[2J!\nBye.\n"), (result.ExitCode, result.Output)); // what commands a terminal is left out
        Assert.Contains($"model small at {_server.Address}/v1\n", result.Errors, StringComparison.Ordinal);
        var messages = _asked.Last().RootElement.GetProperty("messages").EnumerateArray().Select(message => message.GetProperty("role").GetString());
        Assert.Equal(["system", "user", "assistant", "user"], messages);
        AssertNoKey(result);
    }

    [Fact]
    public async Task A_tool_that_the_model_calls_is_called_and_its_result_goes_back()
    {
        _answers.Enqueue(Stream(Call("calculator", """{"expression":"6*7"}"""), End("tool_calls")));
        _answers.Enqueue(Stream(Text("It is 42."), End("stop")));

        var result = await ChatAsync("what is six times seven?");

        Assert.Equal((0, "It is 42.\n"), (result.ExitCode, result.Output));
        var told = _asked.Last().RootElement.GetProperty("messages").EnumerateArray().Last();
        Assert.Equal(("tool", "6*7 = 42"), (told.GetProperty("role").GetString(), told.GetProperty("content").GetString()));
        var offered = _asked.First().RootElement.GetProperty("tools").EnumerateArray().Select(tool => tool.GetProperty("function").GetProperty("name").GetString());
        Assert.Equal(["clock", "calculator", "http_fetch", "remember", "recall"], offered);
    }

    [Fact]
    public async Task A_rate_limit_is_waited_out_by_the_guard_alone_and_recovers()
    {
        await using var collector = await OtlpCollector.StartAsync();
        _answers.Enqueue(Refuse(429, "rate_limit_exceeded", retryAfter: "1"));
        _answers.Enqueue(Stream(Text("Here I am."), End("stop")));

        var result = await ChatAsync(
            [("KAIROS_TELEMETRY_EXPORTER", "otlp"), ("KAIROS_TELEMETRY_OTLP_ENDPOINT", collector.Grpc)], "hello");

        Assert.Equal((0, "Here I am.\n"), (result.ExitCode, result.Output));
        Assert.Equal(2, _server.Requests);
        var values = MetricValues.Of(collector.Metrics.Accepted[^1].Message);
        Assert.Equal(1, values["kairos.errors.total{component=llm,error.code=rate_limit,recoverable=true}"]);
        Assert.Equal(1, values["kairos.errors.recovered{component=llm,error.code=rate_limit,recoverable=true}"]);
        Assert.DoesNotContain("repeats", result.Errors, StringComparison.Ordinal);
        AssertNoKey(result);
    }

    [Fact]
    public async Task A_refused_key_opens_the_circuit_and_is_not_shown_though_the_server_repeats_it()
    {
        await using var collector = await OtlpCollector.StartAsync();
        _answers.Enqueue(Refuse(401, "invalid_api_key"));

        var result = await ChatAsync(
            [("KAIROS_TELEMETRY_EXPORTER", "otlp"), ("KAIROS_TELEMETRY_OTLP_ENDPOINT", collector.Grpc)], "hello", "hello");

        Assert.Equal((1, ""), (result.ExitCode, result.Output));
        Assert.Contains("prompt 1 has no answer: llm failed with unauthorized\n", result.Errors, StringComparison.Ordinal);
        Assert.Contains("prompt 2 has no answer: llm is not called at present; try again in ", result.Errors, StringComparison.Ordinal);
        Assert.Equal(1, _server.Requests);
        AssertNoKey(result);
        Assert.NotEmpty(collector.Traces.All);
        Assert.All(collector.Traces.All, export => Assert.DoesNotContain(Key, export.Message.ToString(), StringComparison.Ordinal));
        Assert.All(collector.Logs.All, export => Assert.DoesNotContain(Key, export.Message.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_stream_that_breaks_off_is_no_answer()
    {
        _answers.Enqueue(Stream(Text("Half an ans")));
        _answers.Enqueue(Stream(Text("Whole."), End("stop")));

        var result = await ChatAsync("hello", "hello again");

        Assert.Equal((1, "Half an ans\nWhole.\n"), (result.ExitCode, result.Output));
        Assert.Contains("prompt 1 has no answer: llm failed with llm_error\n", result.Errors, StringComparison.Ordinal);
        Assert.Equal(2, _asked.Last().RootElement.GetProperty("messages").GetArrayLength()); // what failed is not told again
    }

    [Fact]
    public async Task The_settings_are_shown_without_the_key()
    {
        var result = await HostProcess.RunAsync(_folder.Start(Variables()) with { Arguments = ["config"] });

        Assert.Equal(0, result.ExitCode);
        Assert.Contains(result.OutputLines, line => line.StartsWith("kairos.llm.api-key = *** ", StringComparison.Ordinal));
        AssertNoKey(result);
    }

    private Task<HostResult> ChatAsync(params string[] prompts) => ChatAsync([], prompts);

    private Task<HostResult> ChatAsync((string, string)[] variables, params string[] prompts) => _folder.ChatAsync([.. Variables(), .. variables], prompts);

    private (string, string)[] Variables() =>
        [("KAIROS_LLM_BASE_URL", $"{_server.Address}/v1"), ("KAIROS_LLM_MODEL", "small"), ("KAIROS_LLM_API_KEY", Key)];

    private static void AssertNoKey(HostResult result) => Assert.DoesNotContain(Key, result.Output + result.Errors, StringComparison.Ordinal);

    private static Func<HttpContext, Task> Stream(params string[] choices) => async context =>
    {
        context.Response.ContentType = "text/event-stream";
        foreach (var choice in choices)
        {
            await context.Response.WriteAsync(
                $$$"""data: {"id":"1","object":"chat.completion.chunk","created":1,"model":"small","choices":[{"index":0,{{{choice}}} }]}""" + "\n\n");
            await context.Response.Body.FlushAsync();
        }

        await context.Response.WriteAsync("data: [DONE]\n\n");
    };

    private static string Text(string text) => $$$"""
        "delta":{"role":"assistant","content":{{{JsonSerializer.Serialize(text)}}}},"finish_reason":null
        """;

    private static string Call(string tool, string arguments) => $$"""
        "delta":{"role":"assistant","tool_calls":[{"index":0,"id":"call_1","type":"function","function":{"name":"{{tool}}","arguments":{{JsonSerializer.Serialize(arguments)}} } }]},"finish_reason":null
        """;

    private static string End(string reason) => $$"""
        "delta":{},"finish_reason":"{{reason}}"
        """;

    private static Func<HttpContext, Task> Refuse(int status, string code, string? retryAfter = null) => context =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        if (retryAfter is not null) context.Response.Headers.RetryAfter = retryAfter;
        return context.Response.WriteAsync($$$"""{"error":{"message":"not for the owner of {{{Key}}}","type":"x","code":"{{{code}}}"}}""");
    };
}
