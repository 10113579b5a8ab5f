using Kairos.Extensions.AI.Tests.Providers;
using Kairos.Tests.Calls;
using Kairos.Tests.Faults;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Time.Testing;

namespace Kairos.Extensions.AI.Tests.Http;

/// <summary>Errors that stand within an answer of 200, wherever they stand there, mean what they say, whatever the SDK makes of them.</summary>
public sealed class ErrorsInAnswersSpecs
{
    /// <summary>What is said, as JSON, and what it means.</summary>
    private static readonly Dictionary<string, (string Error, ErrorCode Code, bool Recoverable, Verdict Verdict)> Said = new()
    {
        ["429"] = ("""{"code":429,"message":"no"}""", ErrorCode.RateLimit, true, Verdict.Count),
        ["429 as a text"] = ("""{"code":"429","message":"no"}""", ErrorCode.RateLimit, true, Verdict.Count),
        ["429 with a wait"] = ("""{"code":429,"message":"no","metadata":{"retry_after":7}}""", ErrorCode.RateLimit, true, Verdict.Gate),
        ["402"] = ("""{"code":402,"message":"no"}""", ErrorCode.RateLimit, false, Verdict.Trip),
        ["401"] = ("""{"code":401,"message":"no"}""", ErrorCode.Unauthorized, false, Verdict.Trip),
        ["403"] = ("""{"code":403,"message":"no"}""", ErrorCode.Unauthorized, false, Verdict.Trip),
        ["400"] = ("""{"code":400,"message":"no"}""", ErrorCode.InvalidInput, false, Verdict.Ignore),
        ["408"] = ("""{"code":408,"message":"no"}""", ErrorCode.Timeout, true, Verdict.Count),
        ["502"] = ("""{"code":502,"message":"no"}""", ErrorCode.LlmError, true, Verdict.Count),
        ["insufficient_quota"] = ("""{"code":"insufficient_quota","message":"no"}""", ErrorCode.RateLimit, false, Verdict.Trip),
        ["rate_limit_exceeded"] = ("""{"code":"rate_limit_exceeded","type":"requests"}""", ErrorCode.RateLimit, true, Verdict.Count),
        ["a key of Gemini's"] = ("""{"code":400,"status":"INVALID_ARGUMENT","details":[{"reason":"API_KEY_INVALID"}]}""", ErrorCode.Unauthorized, false, Verdict.Trip),
        ["a status alone"] = ("""{"status":"RESOURCE_EXHAUSTED"}""", ErrorCode.RateLimit, true, Verdict.Count),
        ["a word of Bedrock's"] = ("""{"__type":"ThrottlingException"}""", ErrorCode.RateLimit, true, Verdict.Count),
        ["nothing that is known"] = ("""{"code":"weird","message":"no"}""", ErrorCode.LlmError, true, Verdict.Count),
        ["a text"] = (""" "model runner has unexpectedly stopped" """, ErrorCode.LlmError, true, Verdict.Count),
    };

    private static readonly Dictionary<string, Func<string, Answer>> Forms = new()
    {
        ["the whole answer"] = error => Answers.Ok($$"""{"error":{{error}}}"""),
        ["the whole answer, with a mark of the bytes' order"] = error => Answers.Ok("\uFEFF" + $$"""  {"error":{{error}}}"""),
        ["the whole answer, an array"] = error => Answers.Ok($$"""[{"error":{{error}}}]"""),
        ["a choice"] = error => Answers.Ok(Choice(error)),
    };

    private static readonly Dictionary<string, Func<string, Answer>> StreamForms = new()
    {
        ["the first event"] = error => Wire.Stream($$"""{"error":{{error}}}""", Wire.Done),
        ["no event at all, but JSON"] = error => Answers.Ok($$"""{"error":{{error}}}"""),
        ["JSON that calls itself events"] = error => Answers.Ok($$"""{"error":{{error}}}""", "text/event-stream"),
        ["an event in mid-stream"] = error => Wire.Stream(Wire.Begin, Wire.Hello, $$"""{"error":{{error}}}""", Wire.Done),
        ["an event in mid-stream, of an end in good order"] = error => Wire.Stream(Wire.Begin, Wire.Hello, $$"""{"error":{{error}}}""", Wire.End("stop"), Wire.Done),
        ["an event with a name"] = error => Wire.Stream(Wire.Begin, Wire.Hello, $$"""error|{"error":{{error}}}"""),
        ["an event among comments"] = error => Answers.Ok($$""": PROCESSING{{"\r\n"}}{{"\r\n"}}data:{"error":{{error}}}{{"\r\n"}}{{"\r\n"}}""", "text/event-stream"),
        ["an event that is cut off"] = error => Answers.Ok($$"""data: {"error":{{error}}}""", "text/event-stream"),
        ["a chunk beside a choice"] = error => Wire.Stream(Wire.Begin, Wire.Hello, Chunk(error), Wire.Done),
        ["a choice of a chunk"] = error => Wire.Stream(Wire.Begin, Wire.Hello, ChunkOfChoice(error), Wire.Done),
    };

    public static TheoryData<string, string> Whole => Pairs(Forms.Keys);

    public static TheoryData<string, string> Streamed => Pairs(StreamForms.Keys);

    [Theory]
    [MemberData(nameof(Whole))]
    public Task A_whole_answer_that_holds_an_error_means_what_it_says(string form, string said) =>
        AssertMeansAsync(Forms[form], said, Provider.OpenAI, stream: false, new ModelGuardOptions());

    [Theory]
    [MemberData(nameof(Streamed))]
    public Task A_stream_that_holds_an_error_means_what_it_says(string form, string said) =>
        AssertMeansAsync(StreamForms[form], said, Provider.OpenAI, stream: true, new ModelGuardOptions());

    [Theory]
    [MemberData(nameof(Streamed))]
    public Task It_is_no_success_either_where_no_finish_reason_is_asked_for(string form, string said) =>
        AssertMeansAsync(StreamForms[form], said, Provider.OpenAI, stream: true, new ModelGuardOptions { RequiresFinishReason = false });

    [Theory]
    [InlineData("{\"error\":\"model runner has unexpectedly stopped\"}\n")]
    [InlineData("{\"error\":\"no\"}")]
    [InlineData("{\"model\":\"m\",\"created_at\":\"2026-01-01T00:00:00Z\",\"message\":{\"role\":\"assistant\",\"content\":\"hello\"},\"done\":false}\n{\"error\":\"no\"}\n")]
    public async Task A_line_of_Ollamas_with_an_error_is_a_failure_where_no_finish_reason_is_asked_for(string lines)
    {
        var (thrown, error, _) = await FailAsync(
            Answers.Ok(lines, "application/x-ndjson"), Provider.Ollama, stream: true, new ModelGuardOptions { RequiresFinishReason = false });

        Assert.Equal((ErrorCode.LlmError, true, Verdict.Count), (error.Code, error.Recoverable, error.Verdict));
        Assert.Equal(200, thrown.Status);
    }

    [Theory]
    [InlineData("overloaded_error", ErrorCode.LlmError)]
    [InlineData("rate_limit_error", ErrorCode.RateLimit)]
    [InlineData("authentication_error", ErrorCode.Unauthorized)]
    public async Task An_event_of_Anthropics_in_mid_stream_means_what_its_type_means(string type, ErrorCode code)
    {
        var (thrown, _, _) = await FailAsync(
            Wire.Stream(
                """message_start|{"type":"message_start","message":{"id":"m","type":"message","role":"assistant","model":"m","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":1,"output_tokens":1}}}""",
                $$$"""error|{"type":"error","error":{"type":"{{{type}}}","message":"no"}}"""),
            Provider.Anthropic, stream: true, new ModelGuardOptions());

        Assert.Equal((code, type), (thrown.Code, thrown.ErrorCode));
    }

    [Fact]
    public async Task What_came_before_an_error_in_mid_stream_is_handed_out()
    {
        var (thrown, _, text) = await FailAsync(
            Wire.Stream(Wire.Begin, Wire.Hello, """{"error":{"code":429,"message":"no"}}"""), Provider.OpenAI, stream: true, new ModelGuardOptions());

        Assert.Equal(("hello", ErrorCode.RateLimit, "llm"), (text, thrown.Code, thrown.Component));
    }

    [Theory]
    [InlineData("402", false, true)]
    [InlineData("401", false, true)]
    [InlineData("502", false, true)]
    [InlineData("insufficient_quota", true, true)]
    [InlineData("429", true, true)]
    [InlineData("400", false, false)]
    [InlineData("400", true, false)]
    public async Task The_backup_is_asked_where_another_model_can_help(string said, bool stream, bool helps)
    {
        await using var primary = MisbehavingServer.Start(Forms["the whole answer"](Said[said].Error));
        await using var backup = MisbehavingServer.Start(stream ? Wire.Stream(Wire.Hello, Wire.End("stop"), Wire.Done) : Answers.Ok(Wire.Answer));
        await using var system = await AgentSystem.StartAsync(new FakeTimeProvider(), null, "llm", "llm/primary", "llm/backup");
        using var client = Provider.ClientOf(Provider.OpenAI, primary.Url).AsBuilder()
            .UseKairosFailover(system.Kairos, [new ModelRoute("llm/backup", Provider.ClientOf(Provider.OpenAI, backup.Url))]).Build();

        var asking = (stream ? client.GetStreamingResponseAsync("hi").ToChatResponseAsync() : client.GetResponseAsync("hi")).Soon();
        if (helps) Assert.Equal("hello", (await asking).Text);
        else Assert.Equal(("llm/primary", ErrorCode.InvalidInput), await Told(asking));

        Assert.Equal((1, helps ? 1 : 0), (primary.Requests, backup.Requests));
        Assert.Equal(Said[said].Verdict == Verdict.Trip ? CircuitStatus.Open : CircuitStatus.Closed, system.Snapshot("llm/primary").Circuit);
    }

    private static async Task<(string, ErrorCode)> Told(Task asking)
    {
        var failed = await Assert.ThrowsAsync<ModelFailedException>(() => asking);
        return (failed.Component, failed.Code);
    }

    private static async Task AssertMeansAsync(Func<string, Answer> form, string said, string provider, bool stream, ModelGuardOptions options)
    {
        var expected = Said[said];

        var (thrown, error, _) = await FailAsync(form(expected.Error), provider, stream, options);

        Assert.Equal((expected.Code, expected.Recoverable, expected.Verdict), (error.Code, error.Recoverable, error.Verdict));
        Assert.Equal((expected.Code, error.RetryAfter, 200), (thrown.Code, thrown.RetryAfter, thrown.Status));
    }

    private static async Task<(ModelFailedException Thrown, KairosError Error, string Text)> FailAsync(Answer answer, string provider, bool stream, ModelGuardOptions options)
    {
        var text = "";
        await using var server = MisbehavingServer.Start(answer);
        await using var system = await AgentSystem.StartAsync(new FakeTimeProvider());
        using var client = Provider.ClientOf(provider, server.Url).AsBuilder().UseKairos(system.Kairos, options: options).Build();
        var thrown = await Expect.FailureAsync(async () =>
        {
            if (!stream) await client.GetResponseAsync("hi");
            else await foreach (var update in client.GetStreamingResponseAsync("hi")) text += update.Text;
        });
        return (Assert.IsType<ModelFailedException>(thrown), Assert.Single(await system.ErrorsAsync()), text);
    }

    private static TheoryData<string, string> Pairs(IEnumerable<string> forms)
    {
        var pairs = new TheoryData<string, string>();
        foreach (var form in forms)
        {
            foreach (var said in Said.Keys) pairs.Add(form, said);
        }

        return pairs;
    }

    private static string Choice(string error) =>
        $$$"""{"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"finish_reason":"error","error":{{{error}}},"message":{"role":"assistant","content":""}}]}""";

    private static string Chunk(string error) =>
        $$$"""{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","error":{{{error}}},"choices":[{"index":0,"delta":{"content":""},"finish_reason":"error"}]}""";

    private static string ChunkOfChoice(string error) =>
        $$$"""{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"error":{{{error}}},"delta":{"content":""},"finish_reason":"error"}]}""";
}
