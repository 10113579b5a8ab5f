using System.ClientModel;
using Kairos.Tests.Calls;
using Kairos.Tests.Faults;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Time.Testing;
using OpenAI;

namespace Kairos.Extensions.AI.Tests.Providers;

/// <summary>
/// OpenAI's SDK against servers that are compatible with OpenAI but for a base path of their own and errors as they please: those of vLLM,
/// llama.cpp, LM Studio and proxies before them.
/// </summary>
public sealed class CompatibleServerSpecs
{
    private const string WrongKey =
        """{"error":{"code":400,"message":"no","status":"INVALID_ARGUMENT","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID"}]}}""";

    private const string Flagged =
        """{"error":{"code":403,"message":"no","metadata":{"reasons":["violence"],"flagged_input":"how to...","provider_name":"OpenAI","model_slug":"m"}}}""";

    private static Dictionary<string, Misbehaviour> Expected { get; } = new()
    {
        ["vLLM: a model that is not served"] = new(
            Answers.Status(404, """{"object":"error","message":"The model `m` does not exist.","type":"NotFoundError","param":null,"code":404}"""),
            ErrorCode.NotFound, false, Verdict.Trip),
        ["vLLM: too long"] = new(
            Answers.Status(400, """{"error":{"message":"maximum context length is 4096 tokens","type":"BadRequestError","param":null,"code":400} }"""),
            ErrorCode.InvalidInput, false, Verdict.Ignore),
        ["vLLM: the engine is dead"] = new(
            Answers.Status(500, """{"object":"error","message":"","type":"InternalServerError","param":null,"code":500}"""),
            ErrorCode.LlmError, true, Verdict.Count),
        ["llama.cpp: the model is being loaded"] = new(
            Answers.Status(503, """{"error":{"code":503,"message":"Loading model","type":"unavailable_error"} }"""),
            ErrorCode.LlmError, true, Verdict.Count),
        ["llama.cpp: a wrong key"] = new(
            Answers.Status(401, """{"error":{"code":401,"message":"Invalid API Key","type":"authentication_error"} }"""),
            ErrorCode.Unauthorized, false, Verdict.Trip),
        ["LM Studio: an error that is a text"] = new(
            Answers.Status(400, """{"error":"Trying to keep the first 5000 tokens when context overflows."}"""),
            ErrorCode.InvalidInput, false, Verdict.Ignore),
        ["LM Studio: an error in a 200"] = new(
            Answers.Ok("""{"error":"Unexpected endpoint or method. (POST /v1/chat/completions)"}"""), ErrorCode.LlmError, true, Verdict.Count),
        ["a message and nothing else"] = new(
            Answers.Status(429, """{"message":"API rate limit exceeded"}""", ("Retry-After", "6")), ErrorCode.RateLimit, true, Verdict.Gate, 6),
        ["a quota told at the top"] = new(
            Answers.Status(429, """{"code":"insufficient_quota","message":"no"}"""), ErrorCode.RateLimit, false, Verdict.Trip),
        ["FastAPI's detail"] = new(
            Answers.Status(422, """{"detail":[{"loc":["body","messages"],"msg":"field required","type":"value_error.missing"}]}"""),
            ErrorCode.InvalidInput, false, Verdict.Ignore),
        ["Gemini: a wrong key, in an array"] = new(Answers.Status(400, $"[{WrongKey}]"), ErrorCode.Unauthorized, false, Verdict.Trip),
        ["Gemini: a wrong key"] = new(Answers.Status(400, WrongKey), ErrorCode.Unauthorized, false, Verdict.Trip),
        ["Gemini: a wrong request"] = new(
            Answers.Status(400, """[{"error":{"code":400,"message":"no","status":"INVALID_ARGUMENT"}}]"""), ErrorCode.InvalidInput, false, Verdict.Ignore),
        ["Gemini: a limit with a delay"] = new(
            Answers.Status(429, """[{"error":{"code":429,"status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc.QuotaFailure"},{"retryDelay":"53s"}]}}]"""),
            ErrorCode.RateLimit, true, Verdict.Gate, 53),
        ["OpenRouter: flagged input"] = new(Answers.Status(403, Flagged), ErrorCode.InvalidInput, false, Verdict.Ignore),
        ["OpenRouter: flagged input, in a 200"] = new(Answers.Ok(Flagged), ErrorCode.InvalidInput, false, Verdict.Ignore),
        ["OpenRouter: no credits"] = new(
            Answers.Status(402, """{"error":{"code":402,"message":"Insufficient credits"}}"""), ErrorCode.RateLimit, false, Verdict.Trip),
        ["OpenRouter: a limit, its headers in the body"] = new(
            Answers.Status(429, """{"error":{"code":429,"message":"no","metadata":{"headers":{"X-RateLimit-Remaining":"0","Retry-After":"4"}}}}"""),
            ErrorCode.RateLimit, true, Verdict.Gate, 4),
        ["DeepSeek: no balance"] = new(
            Answers.Status(402, """{"error":{"message":"Insufficient Balance","type":"unknown_error","param":null,"code":"invalid_request_error"}}"""),
            ErrorCode.RateLimit, false, Verdict.Trip),
        ["Mistral: a model that is not there"] = new(
            Answers.Status(400, """{"object":"error","message":"Invalid model: m","type":"invalid_model","param":null,"code":"1500"}"""),
            ErrorCode.NotFound, false, Verdict.Trip),
        ["Mistral: too many"] = new(
            Answers.Status(429, """{"object":"error","message":"no","type":"rate_limited","param":null,"code":"1300"}"""), ErrorCode.RateLimit, true, Verdict.Count),
        ["Groq: the tokens are used up"] = new(
            Answers.Status(429, """{"error":{"message":"no","type":"tokens","code":"rate_limit_exceeded"}}""", ("x-ratelimit-remaining-tokens", "0"), ("x-ratelimit-reset-tokens", "7.66s")),
            ErrorCode.RateLimit, true, Verdict.Gate, 7.66),
        ["Groq: capacity"] = new(
            Answers.Status(498, """{"error":{"message":"no","code":"capacity_exceeded"}}""", ("Retry-After", "2")), ErrorCode.RateLimit, true, Verdict.Gate, 2),
        ["Bedrock: throttled with 400"] = new(
            Answers.Status(400, """{"message":"Too many requests"}""", ("x-amzn-ErrorType", "ThrottlingException:http://internal.amazon.com/")), ErrorCode.RateLimit, true, Verdict.Count),
        ["Alibaba: in arrears"] = new(
            Answers.Status(400, """{"code":"Arrearage","message":"no"}"""), ErrorCode.RateLimit, false, Verdict.Trip),
        ["TGI: overloaded"] = new(
            Answers.Status(429, """{"error":"Model is overloaded","error_type":"overloaded"}"""), ErrorCode.RateLimit, true, Verdict.Count),
        ["a proxy that has its own idea of the status"] = new(
            Answers.Status(500, """{"error":{"message":"no","type":"invalid_request_error","code":"400"}}"""), ErrorCode.LlmError, true, Verdict.Count),
        ["a text"] = new(Answers.Status(502, "upstream connect error"), ErrorCode.LlmError, true, Verdict.Count),
        ["a page"] = new(Answers.Status(504, "<html><h1>504 Gateway Time-out</h1></html>"), ErrorCode.Timeout, true, Verdict.Count),
    };

    public static TheoryData<string, bool> Failures => Misbehaviour.WholeAndStreamed(Expected.Keys);

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task Whatever_the_error_looks_like_the_status_decides(string name, bool stream)
    {
        var expected = Expected[name];

        var (error, _) = await FailAsync(expected.Answer, stream);

        expected.AssertIs(error);
    }

    [Fact]
    public async Task An_error_in_the_middle_of_a_stream_is_a_failure_after_what_came_before()
    {
        var (error, text) = await FailAsync(
            Wire.Stream(Wire.Begin, Wire.Hello, """{"error":{"message":"engine died","type":"InternalServerError","code":500} }""", Wire.Done), stream: true);

        Assert.Equal((ErrorCode.LlmError, true, Verdict.Count), (error.Code, error.Recoverable, error.Verdict));
        Assert.Equal("hello", text);
    }

    [Fact]
    public async Task It_is_asked_beneath_its_own_path()
    {
        await using var server = MisbehavingServer.Start(Answers.Ok(Wire.Answer));
        await using var system = await AgentSystem.StartAsync(new FakeTimeProvider());
        using var client = ClientOf(server, system);

        Assert.Equal("hello", (await client.GetResponseAsync("hi").Soon()).Text);

        Assert.StartsWith("POST /proxy/local/v1/chat/completions HTTP/1.1", server.LastRequest, StringComparison.Ordinal);
    }

    private static IChatClient ClientOf(MisbehavingServer server, AgentSystem system)
    {
        var options = new OpenAIClientOptions { Endpoint = new Uri(server.Url, "proxy/local/v1") }.WithoutRetries();
        return new OpenAIClient(new ApiKeyCredential("none"), options).GetChatClient("m").AsIChatClient().AsBuilder().UseKairos(system.Kairos).Build();
    }

    private static async Task<(KairosError Error, string Text)> FailAsync(Answer answer, bool stream)
    {
        var text = "";
        await using var server = MisbehavingServer.Start(answer);
        await using var system = await AgentSystem.StartAsync(new FakeTimeProvider());
        using var client = ClientOf(server, system);

        await Expect.FailureAsync(async () =>
        {
            if (!stream) await client.GetResponseAsync("hi");
            else await foreach (var update in client.GetStreamingResponseAsync("hi")) text += update.Text;
        });

        Assert.Equal(1, server.Requests);
        return (Assert.Single(await system.ErrorsAsync()), text);
    }
}
