using System.ClientModel;
using Azure.AI.OpenAI;
using Kairos.Tests.Calls;
using Kairos.Tests.Faults;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Kairos.Extensions.AI.Tests.Providers;

/// <summary>Azure OpenAI with its real SDK, whose errors and retries are its own.</summary>
public sealed class AzureOpenAISpecs : IAsyncLifetime
{
    private const string ContentFilter = """
        {"error":{"message":"The response was filtered","type":null,"param":"prompt","code":"content_filter","status":400,
        "innererror":{"code":"ResponsibleAIPolicyViolation","content_filter_result":{"hate":{"filtered":true,"severity":"high"} } } } }
        """;

    private readonly FakeLogger _log = new();
    private readonly MisbehavingServer _server = MisbehavingServer.Start(Answers.Ok(Wire.Answer));
    private AgentSystem _system = null!;

    public async Task InitializeAsync() => _system = await AgentSystem.StartAsync(new FakeTimeProvider());

    public async Task DisposeAsync()
    {
        await _system.DisposeAsync();
        await _server.DisposeAsync();
    }

    public static TheoryData<string, bool> Failures => Misbehaviour.WholeAndStreamed(Expected.Keys);

    private static Dictionary<string, Misbehaviour> Expected { get; } = new()
    {
        ["429 with milliseconds"] = Limited(("retry-after-ms", "1500"), 1.5),
        ["429 with Azure's milliseconds"] = Limited(("x-ms-retry-after-ms", "2500"), 2.5),
        ["429 with both, and seconds"] = new(
            Answers.Status(429, Error("429"), ("Retry-After", "9"), ("x-ms-retry-after-ms", "8600"), ("retry-after-ms", "8500")),
            ErrorCode.RateLimit, true, Verdict.Gate, 9),
        ["429 of a used-up quota"] = new(Answers.Status(429, Wire.Error("insufficient_quota")), ErrorCode.RateLimit, false, Verdict.Trip),
        ["401"] = new(Answers.Status(401, Error("401")), ErrorCode.Unauthorized, false, Verdict.Trip),
        ["403 of a network rule"] = new(Answers.Status(403, Error("AccessDenied")), ErrorCode.Unauthorized, false, Verdict.Trip),
        ["404 of a deployment"] = new(Answers.Status(404, Error("DeploymentNotFound")), ErrorCode.NotFound, false, Verdict.Trip),
        ["400 of the content filter"] = new(Answers.Status(400, ContentFilter), ErrorCode.InvalidInput, false, Verdict.Ignore),
        ["500"] = new(Answers.Status(500, Error("InternalServerError")), ErrorCode.LlmError, true, Verdict.Count),
        ["a reset connection"] = new(Answers.Nothing(Ending.Reset), ErrorCode.LlmError, true, Verdict.Count),
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task A_failure_means_what_it_means_of_others(string name, bool stream)
    {
        var expected = Expected[name];
        _server.Answer = expected.Answer;
        using var client = Guard(new AzureOpenAIClientOptions().WithoutRetries());

        await Expect.FailureAsync(() => AskAsync(client, stream));

        expected.AssertIs(Assert.Single(await _system.ErrorsAsync()));
        Assert.Equal(expected.Verdict is Verdict.Gate or Verdict.Trip ? CircuitStatus.Open : CircuitStatus.Closed, _system.Snapshot().Circuit);
        Assert.Equal(1, _server.Requests);
        Assert.Empty(_log.Collector.GetSnapshot());
    }

    [Fact]
    public async Task An_answer_is_one_request_to_its_deployment()
    {
        using var client = Guard(new AzureOpenAIClientOptions().WithoutRetries());

        Assert.Equal("hello", (await AskAsync(client, stream: false)).Text);

        Assert.StartsWith("POST /openai/deployments/m/chat/completions?api-version=", _server.LastRequest, StringComparison.Ordinal);
        Assert.Empty(await _system.ErrorsAsync());
    }

    [Fact]
    public async Task Its_own_retries_are_seen_and_warned_of_once()
    {
        // A retry-after of nothing, so that the SDK does not wait in real time.
        _server.Answer = Answers.Status(500, Error("InternalServerError"), ("retry-after-ms", "1"));
        using var client = Guard(new AzureOpenAIClientOptions());

        await Expect.FailureAsync(() => AskAsync(client, stream: false));
        await Expect.FailureAsync(() => AskAsync(client, stream: true));

        Assert.Equal(8, _server.Requests);
        Assert.Contains("'llm' repeats failed requests by itself", Assert.Single(_log.Collector.GetSnapshot()).Message, StringComparison.Ordinal);
    }

    private static Task<ChatResponse> AskAsync(IChatClient client, bool stream) =>
        (stream ? client.GetStreamingResponseAsync("hi").ToChatResponseAsync() : client.GetResponseAsync("hi")).Soon();

    private static string Error(string code) => $$"""{"error":{"code":"{{code}}","message":"no"} }""";

    private static Misbehaviour Limited((string, string) header, double seconds) =>
        new(Answers.Status(429, Error("429"), header), ErrorCode.RateLimit, true, Verdict.Gate, seconds);

    private IChatClient Guard(AzureOpenAIClientOptions options) =>
        new AzureOpenAIClient(_server.Url, new ApiKeyCredential("k"), options).GetChatClient("m").AsIChatClient()
            .AsBuilder().UseKairos(_system.Kairos, options: new ModelGuardOptions { Logger = _log }).Build();
}
