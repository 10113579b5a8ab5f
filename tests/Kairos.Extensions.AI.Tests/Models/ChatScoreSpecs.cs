using Kairos.Extensions.AI.Tests.Providers;
using Kairos.Tests.Calls;
using Kairos.Tests.Faults;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Time.Testing;

namespace Kairos.Extensions.AI.Tests.Models;

/// <summary>Which answers of real SDKs are failures although they arrived, and which only look like it.</summary>
public sealed class ChatScoreSpecs
{
    private const string Response = """{"id":"r","object":"response","created_at":1,"model":"m","status":"STATUS","output":[],"parallel_tool_calls":true,"tools":[]MORE}""";

    [Theory]
    [InlineData("stop")]
    [InlineData("length")]
    [InlineData("content_filter")]
    public async Task A_stream_that_says_why_it_ended_is_a_success(string reason)
    {
        var (errors, text) = await StreamAsync(Provider.OpenAI, Wire.Stream(Wire.Begin, Wire.Hello, Wire.End(reason), Wire.Done));

        Assert.Empty(errors);
        Assert.Equal("hello", text);
    }

    [Fact]
    public async Task A_stream_that_ends_without_saying_why_has_failed()
    {
        var (errors, text) = await StreamAsync(Provider.OpenAI, Wire.Stream(Wire.Begin, Wire.Hello, Wire.Done));

        Assert.Equal((ErrorCode.LlmError, true, Verdict.Count), Kind(Assert.Single(errors)));
        Assert.Equal("hello", text);
    }

    [Fact]
    public async Task Unless_the_server_is_known_never_to_say_it()
    {
        var (errors, _) = await StreamAsync(
            Provider.OpenAI, Wire.Stream(Wire.Hello, Wire.Done), new ModelGuardOptions { RequiresFinishReason = false });

        Assert.Empty(errors);
    }

    [Theory]
    [InlineData(Ending.Reset)]
    [InlineData(Ending.Close)]
    public async Task A_stream_that_is_cut_off_has_failed(Ending ending)
    {
        var (errors, text) = await StreamAsync(Provider.OpenAI, Wire.Cut(ending, Wire.Begin, Wire.Hello));

        Assert.Equal((ErrorCode.LlmError, true, Verdict.Count), Kind(Assert.Single(errors)));
        Assert.Equal("hello", text);
    }

    [Fact]
    public async Task An_error_event_of_OpenAIs_Responses_means_what_its_code_means()
    {
        var (errors, _) = await StreamAsync(Provider.Responses, Wire.Stream(
            """{"type":"error","sequence_number":1,"code":"rate_limit_exceeded","message":"no","param":null}"""));

        Assert.Equal((ErrorCode.RateLimit, true, Verdict.Count), Kind(Assert.Single(errors)));
    }

    [Fact]
    public async Task A_failed_response_is_a_failure()
    {
        var failed = Response.Replace("STATUS", "failed").Replace("MORE", ""","error":{"code":"server_error","message":"no"}""");

        var (streamed, _) = await StreamAsync(Provider.Responses, Wire.Stream($$"""{"type":"response.failed","sequence_number":1,"response":{{failed}}}"""));
        var asked = await AskAsync(Provider.Responses, Answers.Ok(failed));

        Assert.Equal((ErrorCode.LlmError, true, Verdict.Count), Kind(Assert.Single(streamed)));
        Assert.Equal("server_error", Assert.Single(streamed).Context["provider.error_code"]);
        Assert.Equal((ErrorCode.LlmError, true, Verdict.Count), Kind(Assert.Single(asked)));
    }

    [Fact]
    public async Task A_code_that_is_a_sentence_is_told_to_nobody()
    {
        var failed = Response.Replace("STATUS", "failed").Replace("MORE", ""","error":{"code":"you said: my secret","message":"no"}""");

        var error = Assert.Single(await AskAsync(Provider.Responses, Answers.Ok(failed)));

        Assert.Equal("The answer holds an error.", error.Message);
        Assert.DoesNotContain("provider.error_code", error.Context.Keys);
    }

    [Fact]
    public async Task An_incomplete_response_is_none()
    {
        var incomplete = Response.Replace("STATUS", "incomplete").Replace("MORE", ""","incomplete_details":{"reason":"max_output_tokens"}""");

        var (streamed, _) = await StreamAsync(
            Provider.Responses, Wire.Stream($$"""{"type":"response.incomplete","sequence_number":1,"response":{{incomplete}}}"""));
        var asked = await AskAsync(Provider.Responses, Answers.Ok(incomplete));

        Assert.Empty(streamed);
        Assert.Empty(asked);
    }

    [Fact]
    public async Task A_refusal_is_an_answer()
    {
        var refusal = Wire.Answer.Replace("\"content\":\"hello\"", "\"content\":null,\"refusal\":\"I will not\"");

        var (streamed, _) = await StreamAsync(Provider.OpenAI, Wire.Stream(Wire.Begin, Wire.Hello.Replace("\"content\":\"hello\"", "\"refusal\":\"I will not\""), Wire.End("stop"), Wire.Done));

        Assert.Empty(await AskAsync(Provider.OpenAI, Answers.Ok(refusal)));
        Assert.Empty(streamed);
    }

    [Fact]
    public async Task An_error_event_of_Anthropics_means_what_its_type_means()
    {
        var (errors, _) = await StreamAsync(Provider.Anthropic, Wire.Stream(
            """error|{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"""));

        Assert.Equal("overloaded_error", Assert.Single(errors).Context["provider.error_code"]);
        Assert.True(Assert.Single(errors).Recoverable);
    }

    [Fact]
    public async Task Ollama_says_why_it_ended_or_has_failed()
    {
        const string hello = """{"model":"m","created_at":"2026-01-01T00:00:00Z","message":{"role":"assistant","content":"hello"},"done":false}""";
        const string done = """{"model":"m","created_at":"2026-01-01T00:00:00Z","message":{"role":"assistant","content":""},"done":true,"done_reason":"stop"}""";

        var (whole, text) = await StreamAsync(Provider.Ollama, Answers.Ok($"{hello}\n{done}\n", "application/x-ndjson"));
        var (cut, _) = await StreamAsync(Provider.Ollama, Answers.Ok($"{hello}\n", "application/x-ndjson"));

        Assert.Empty(whole);
        Assert.Equal("hello", text);
        Assert.Equal((ErrorCode.LlmError, true, Verdict.Count), Kind(Assert.Single(cut)));
    }

    [Fact]
    public async Task An_error_in_Ollamas_stream_is_the_models()
    {
        var (errors, _) = await StreamAsync(
            Provider.Ollama, Answers.Ok("""{"error":"model runner has unexpectedly stopped"}""" + "\n", "application/x-ndjson"));

        Assert.Equal((ErrorCode.LlmError, true, Verdict.Count), Kind(Assert.Single(errors)));
    }

    [Fact]
    public void A_model_of_Ollamas_that_cannot_call_tools_is_the_callers_choice()
    {
        var error = ErrorClassifier.Default.ForAgents().Classify(
            new OllamaSharp.Models.Exceptions.ModelDoesNotSupportToolsException("no"), new ClassificationContext("llm"));

        Assert.Equal((ErrorCode.InvalidInput, false, Verdict.Ignore), Kind(error));
    }

    private static (ErrorCode, bool, Verdict) Kind(KairosError error) => (error.Code, error.Recoverable, error.Verdict);

    private static async Task<IReadOnlyList<KairosError>> AskAsync(string provider, Answer answer)
    {
        await using var server = MisbehavingServer.Start(answer);
        await using var system = await AgentSystem.StartAsync(new FakeTimeProvider());
        using var client = Provider.ClientOf(provider, server.Url).AsBuilder().UseKairos(system.Kairos).Build();
        var thrown = await Record.ExceptionAsync(() => client.GetResponseAsync("hi").Soon());
        var errors = await system.ErrorsAsync();
        Assert.Equal(errors.Count > 0, thrown is ModelFailedException { Response: not null });
        return errors;
    }

    private static async Task<(IReadOnlyList<KairosError> Errors, string Text)> StreamAsync(
        string provider, Answer answer, ModelGuardOptions? options = null)
    {
        await using var server = MisbehavingServer.Start(answer);
        await using var system = await AgentSystem.StartAsync(new FakeTimeProvider());
        using var client = Provider.ClientOf(provider, server.Url).AsBuilder().UseKairos(system.Kairos, options: options).Build();
        var text = "";
        var thrown = await Record.ExceptionAsync(async () =>
        {
            await foreach (var update in client.GetStreamingResponseAsync("hi")) text += update.Text;
        });
        var errors = await system.ErrorsAsync();
        Assert.Equal(errors.Count > 0, thrown is not null);
        return (errors, text);
    }
}
