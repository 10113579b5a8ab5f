using System.Collections.Concurrent;
using System.Text.Json;
using Kairos.TestUtilities;
using Kairos.TestUtilities.Collecting;
using Kairos.TestUtilities.Processes;
using Microsoft.AspNetCore.Http;
using static KairosAgent.Tests.Chat.ModelAnswers;

namespace KairosAgent.Tests.Chat;

/// <summary>The agent with a model behind a real connection, by OpenAI's own SDK.</summary>
[Trait(Parts.Trait, Parts.Real)]
public sealed class RemoteChatTests : IAsyncLifetime, IDisposable
{
    private const string Key = ModelSettings.Key;
    private static readonly string[] Turn = ["user", "assistant", "tool", "assistant"];

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
        _answers.Enqueue(Stream(Said("Good "), Said("day\u001b[2J\u202e!"), End("stop")));
        _answers.Enqueue(Stream(Said("Bye."), End("stop")));

        var result = await ChatAsync("hello", "bye");

        Assert.Equal((0, "Good day[2J!\nBye.\n"), (result.ExitCode, result.Output)); // what commands a terminal is left out
        Assert.Contains($"model small at {_server.Address}/v1\n", result.Errors, StringComparison.Ordinal);
        var messages = _asked.Last().RootElement.GetProperty("messages").EnumerateArray().Select(message => message.GetProperty("role").GetString());
        Assert.Equal(["system", "user", "assistant", "user"], messages);
        AssertNoKey(result);
    }

    [Fact]
    public async Task An_empty_answer_is_told_and_the_next_prompt_does_not_know_it()
    {
        _answers.Enqueue(Stream(Said(""), End("stop")));
        _answers.Enqueue(Stream(Said("Bye."), End("stop")));

        var result = await ChatAsync("hello", "bye");

        Assert.Equal((1, "Bye.\n"), (result.ExitCode, result.Output));
        Assert.Contains("prompt 1 has an empty answer from ", result.Errors, StringComparison.Ordinal);
        var messages = _asked.Last().RootElement.GetProperty("messages").EnumerateArray().Select(message => message.GetProperty("role").GetString());
        Assert.Equal(["system", "user"], messages);
    }

    [Fact]
    public async Task A_tool_that_the_model_calls_is_called_and_its_result_goes_back()
    {
        _answers.Enqueue(Stream(Call("calculator", """{"expression":"6*7"}"""), End("tool_calls")));
        _answers.Enqueue(Stream(Said("It is 42."), End("stop")));

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
        _answers.Enqueue(Stream(Said("Here I am."), End("stop")));

        var result = await ChatAsync(
            ModelSettings.Exporting(collector), "hello");

        Assert.Equal((0, "Here I am.\n"), (result.ExitCode, result.Output));
        Assert.Equal(2, _server.Requests);
        var values = MetricValues.Of(collector.Metrics.Accepted[^1].Message);
        Assert.Equal(1, values["kairos.errors.total{component=llm,error.code=rate_limit,recoverable=true}"]);
        Assert.Equal(1, values["kairos.errors.recovered{component=llm,error.code=rate_limit,recoverable=true}"]);
        Assert.DoesNotContain("repeats", result.Errors, StringComparison.Ordinal);
        AssertNoKey(result);
    }

    [Fact]
    public async Task A_model_that_fails_is_asked_as_often_as_its_own_guard_allows_whatever_the_agents_guard_would_do()
    {
        await using var collector = await OtlpCollector.StartAsync();
        _folder.Write("kairos.conf", "kairos.defaults.call { retry { max-attempts = 3, initial-delay = 1ms, budget = 0 }, attempt-timeout = 10s }");
        for (var i = 0; i < 3; i++) _answers.Enqueue(Refuse(500, "server_error"));

        var result = await ChatAsync(ModelSettings.Exporting(collector), "hello");

        Assert.Equal((1, ""), (result.ExitCode, result.Output));
        Assert.Contains("prompt 1 has no answer: llm failed with llm_error\n", result.Errors, StringComparison.Ordinal);
        Assert.Equal(3, _server.Requests);
        var values = MetricValues.Of(collector.Metrics.Accepted[^1].Message);
        Assert.Equal(3, values["kairos.errors.total{component=llm,error.code=llm_error,recoverable=true}"]);
        Assert.DoesNotContain(values.Keys, key => key.StartsWith("kairos.errors.total{component=agent,", StringComparison.Ordinal)); // told once
        Assert.Equal(1, values["kairos.calls{component=agent,outcome=ignored}"]); // it is the model's failure, not the agent's
        Assert.Equal(2, values["kairos.circuitbreaker.state{component=agent}"]);
    }

    [Fact]
    public async Task A_turn_that_fails_after_a_tool_was_called_leaves_the_session_as_it_was()
    {
        _answers.Enqueue(Stream(Said("Good day."), End("stop")));
        _answers.Enqueue(Stream(Call("calculator", """{"expression":"6*7"}"""), End("tool_calls")));
        _answers.Enqueue(Stream(Said("It is ")));
        _answers.Enqueue(Stream(Said("Bye."), End("stop")));

        var result = await ChatAsync("hello", "what is six times seven?", "bye");

        Assert.Equal((1, "Good day.\nIt is \nBye.\n"), (result.ExitCode, result.Output));
        Assert.Contains("prompt 2 has no answer: llm failed with llm_error\n", result.Errors, StringComparison.Ordinal);
        var messages = _asked.Last().RootElement.GetProperty("messages").EnumerateArray()
            .Select(message => (message.GetProperty("role").GetString(), message.GetProperty("content").GetString())).Skip(1);
        Assert.Equal([("user", "hello"), ("assistant", "Good day."), ("user", "bye")], messages);
    }

    [Fact]
    public async Task A_conversation_holds_its_last_20_turns_with_all_that_belongs_to_them()
    {
        for (var i = 0; i < 22; i++)
        {
            _answers.Enqueue(Stream(Call("calculator", """{"expression":"6*7"}"""), End("tool_calls")));
            _answers.Enqueue(Stream(Said($"answer {i}"), End("stop")));
        }

        var result = await ChatAsync([.. Enumerable.Range(0, 22).Select(i => $"prompt {i}")]);

        Assert.Equal(0, result.ExitCode);
        var messages = _asked.ElementAt(42).RootElement.GetProperty("messages").EnumerateArray().ToList();
        Assert.Equal(["system", .. Enumerable.Repeat(Turn, 20).SelectMany(role => role), "user"], messages.Select(message => message.GetProperty("role").GetString()));
        Assert.Equal(("prompt 1", "prompt 21"), (messages[1].GetProperty("content").GetString(), messages[^1].GetProperty("content").GetString()));
    }

    [Fact]
    public async Task A_refused_key_opens_the_circuit_and_is_not_shown_though_the_server_repeats_it()
    {
        await using var collector = await OtlpCollector.StartAsync();
        _answers.Enqueue(Refuse(401, "invalid_api_key"));

        var result = await ChatAsync(
            ModelSettings.Exporting(collector), "hello", "hello");

        Assert.Equal((1, ""), (result.ExitCode, result.Output));
        Assert.Contains("prompt 1 has no answer: llm failed with unauthorized\n", result.Errors, StringComparison.Ordinal);
        Assert.Contains("prompt 2 has no answer: llm is not called at present; try again in ", result.Errors, StringComparison.Ordinal);
        Assert.Equal(1, _server.Requests);
        AssertNoKey(result, collector);
    }

    [Theory]
    [InlineData("my-own-key-0123456789")]
    [InlineData("my-own-|key-0123456789")]
    [InlineData("m|y|-own-key-01234567|89")]
    public async Task A_key_that_the_answer_repeats_is_not_printed(string pieces)
    {
        await using var collector = await OtlpCollector.StartAsync();
        _answers.Enqueue(Stream([Said("Your key is "), .. pieces.Split('|').Select(Said), Said("! my-o"), End("stop")]));
        _answers.Enqueue(Stream(Said("Bye."), End("stop")));

        var result = await ChatAsync(ModelSettings.Exporting(collector), "hello", "bye");

        Assert.Equal((0, "Your key is ***! my-o\nBye.\n"), (result.ExitCode, result.Output));
        Assert.Equal("Your key is ***! my-o", _asked.Last().RootElement.GetProperty("messages")[2].GetProperty("content").GetString()); // nor told again
        AssertNoKey(result, collector);
    }

    [Theory]
    [InlineData("""{"error":{"message":"no such key: KEY","type":"x","code":"KEY"}}""")]
    [InlineData("""{"choices": KEY""")]
    [InlineData("""{"id":"1","object":"chat.completion.chunk","created":1,"model":"small","choices":[{"index":0,"delta":{"content":"x"},"finish_reason":"KEY"}]}""")]
    public async Task A_key_in_the_error_of_an_answer_that_says_all_is_well_is_not_shown(string data)
    {
        await using var collector = await OtlpCollector.StartAsync();
        for (var attempt = 0; attempt < 3; attempt++) _answers.Enqueue(Events(data.Replace("KEY", Key, StringComparison.Ordinal)));

        var result = await ChatAsync(ModelSettings.Exporting(collector), "hello");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("prompt 1 has no answer: llm failed with llm_error\n", result.Errors, StringComparison.Ordinal);
        AssertNoKey(result, collector);
    }

    [Fact]
    public async Task A_stream_that_breaks_off_is_no_answer()
    {
        _answers.Enqueue(Stream(Said("Half an ans")));
        _answers.Enqueue(Stream(Said("Whole."), End("stop")));

        var result = await ChatAsync("hello", "hello again");

        Assert.Equal((1, "Half an ans\nWhole.\n"), (result.ExitCode, result.Output));
        Assert.Contains("prompt 1 has no answer: llm failed with llm_error\n", result.Errors, StringComparison.Ordinal);
        Assert.Equal(2, _asked.Last().RootElement.GetProperty("messages").GetArrayLength()); // what failed is not told again
    }

    [Fact]
    public async Task An_empty_answer_is_told_as_one_and_is_not_repeated_to_the_server()
    {
        _answers.Enqueue(Stream(Said(" "), End("stop")));
        _answers.Enqueue(Stream(Said("Whole."), End("stop")));

        var result = await ChatAsync("hello", "hello again");

        Assert.Equal((1, " \nWhole.\n"), (result.ExitCode, result.Output));
        Assert.Contains("prompt 1 has an empty answer from llm\n", result.Errors, StringComparison.Ordinal);
        Assert.EndsWith("\nanswered 1 prompts, 1 failed\n", result.Errors, StringComparison.Ordinal);
        Assert.Equal(2, _asked.Last().RootElement.GetProperty("messages").GetArrayLength());
    }

    [Fact]
    public async Task The_settings_are_shown_without_the_key()
    {
        var result = await RunningProgram.RunAsync(_folder.Start(Variables(), "config"));

        Assert.Equal(0, result.ExitCode);
        Assert.Contains(result.OutputLines, line => line.StartsWith("kairos.llm.api-key = *** ", StringComparison.Ordinal));
        AssertNoKey(result);
    }

    private Task<ProgramResult> ChatAsync(params string[] prompts) => ChatAsync([], prompts);

    private Task<ProgramResult> ChatAsync((string, string)[] variables, params string[] prompts) => _folder.ChatAsync([.. Variables(), .. variables], prompts);

    private (string, string)[] Variables() =>
        ModelSettings.Of(new Uri(_server.Address));

    private static void AssertNoKey(ProgramResult result) => Assert.DoesNotContain(Key, result.Output + result.Errors, StringComparison.Ordinal);

    private static void AssertNoKey(ProgramResult result, OtlpCollector collector)
    {
        AssertNoKey(result);
        Assert.NotEmpty(collector.Traces.All);
        Assert.All(collector.Traces.All, export => Assert.DoesNotContain(Key, export.Message.ToString(), StringComparison.Ordinal));
        Assert.All(collector.Logs.All, export => Assert.DoesNotContain(Key, export.Message.ToString(), StringComparison.Ordinal));
    }
}
