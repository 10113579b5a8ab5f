using System.Text.Json;
using Kairos.Extensions.AI.Tests.Providers;
using Kairos.Tests.Faults;

namespace Kairos.Extensions.AI.Tests.Agents;

/// <summary>The same with OllamaSharp, whose exceptions tell less and whose streams are lines of JSON.</summary>
public sealed class OllamaAgentFaultSpecs
{
    private const string Head = """{"model":"m","created_at":"2026-01-01T00:00:00Z","message":""";
    private const string HalfLine = Head + """{"role":"assistant","content":"half an "},"done":false}""";
    private const string RoleLine = Head + """{"role":"assistant","content":""},"done":false}""";

    private static readonly Dictionary<string, AgentFault> All = new()
    {
        ["429 with seconds"] = new(Answers.Status(429, """{"error":"slow down"}""", ("Retry-After", "7")), "HttpRequestException", "rate_limit", "open") { Wait = 7 },
        ["500"] = new(Answers.Status(500, """{"error":"model runner has unexpectedly stopped"}"""), "HttpRequestException", "llm_error"),
        ["404 of a model"] = new(Answers.Status(404, """{"error":"model 'm' not found"}"""), "HttpRequestException", "not_found", "open") { Repeats = false, Recoverable = false },
        ["malformed JSON"] = new(Answers.Ok("{\"model\":\"m\",\n"), nameof(JsonException), "llm_error"),
        ["a reset connection"] = new(Answers.Nothing(Ending.Reset), "HttpRequestException", "llm_error"),
        ["a stall before the first byte"] = new(AgentFault.Stalls, nameof(CallTimeoutException), "timeout"),
    };

    private static readonly Dictionary<string, AgentFault> InAnswers = new()
    {
        ["an error for an answer"] = new(Answers.Ok("""{"error":"model runner has unexpectedly stopped"}"""), nameof(InvalidOperationException), "llm_error"),
        ["a stall in the answer"] = new(time => AgentFault.Stall(time, HalfLine, "application/x-ndjson"), nameof(CallTimeoutException), "timeout"),
    };

    private static readonly Dictionary<string, AgentFault> InStreams = new()
    {
        ["an error for a stream"] = new(Answers.Ok("""{"error":"model runner has unexpectedly stopped"}""" + "\n", "application/x-ndjson"), nameof(AnswerFailedException), "llm_error"),
        ["no end, before any content"] = new(Lines(RoleLine), nameof(EndOfStreamException), "llm_error"),
        ["no end, after some content"] = AfterHalf(Lines(HalfLine), nameof(EndOfStreamException)),
        ["malformed JSON after some content"] = AfterHalf(Lines(HalfLine, "{\"model\":"), nameof(JsonException)),
        ["a reset after some content"] = AfterHalf(Cut(Ending.Reset), "IOException"),
        ["a stall after some content"] = AfterHalf(Cut(Ending.Stall), nameof(CallTimeoutException)) with { Code = "timeout", StallsMidway = true },
    };

    public static TheoryData<string> OfAnswers => [.. All.Keys, .. InAnswers.Keys];

    public static TheoryData<string> OfStreams => [.. All.Keys, .. InStreams.Keys];

    [Theory]
    [MemberData(nameof(OfAnswers))]
    public Task An_answer_that_fails_once(string name) => Agent.FailsOnceAsync(FaultOf(name), stream: false);

    [Theory]
    [MemberData(nameof(OfStreams))]
    public Task A_stream_that_fails_once(string name) => Agent.FailsOnceAsync(FaultOf(name), stream: true);

    [Theory]
    [MemberData(nameof(OfAnswers))]
    public Task An_answer_that_fails_whenever_it_is_asked_for(string name) => Agent.FailsForGoodAsync(FaultOf(name), stream: false);

    [Theory]
    [MemberData(nameof(OfStreams))]
    public Task A_stream_that_fails_whenever_it_is_asked_for(string name) => Agent.FailsForGoodAsync(FaultOf(name), stream: true);

    private static AgentUnderFault Agent => new(url => Provider.ClientOf(Provider.Ollama, url), number => number == 1
        ? Lines(Head + """{"role":"assistant","content":"","tool_calls":[{"function":{"name":"search","arguments":{}}}]},"done":true,"done_reason":"stop"}""")
        : Lines(Head + """{"role":"assistant","content":"hello"},"done":true,"done_reason":"stop"}"""));

    private static AgentFault FaultOf(string name) => All.GetValueOrDefault(name) ?? InAnswers.GetValueOrDefault(name) ?? InStreams[name];

    private static AgentFault AfterHalf(Answer answer, string sees) => new(answer, sees, "llm_error") { Text = AgentFault.Half, Repeats = false };

    private static Answer Lines(params string[] lines) => Answers.Ok(string.Concat(lines.Select(line => line + "\n")), "application/x-ndjson");

    private static Answer Cut(Ending ending) => Answers.Partial(200, HalfLine + "\n", ending, ("Content-Type", "application/x-ndjson"));
}
