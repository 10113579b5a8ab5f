using Kairos.Tests.Faults;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Time.Testing;

namespace Kairos.Extensions.AI.Tests.Providers;

/// <summary>What the guard makes of what real SDKs throw, against a real server that misbehaves.</summary>
public sealed class ProviderErrorSpecs
{
    public static TheoryData<string, string> Whole => Cases();

    /// <summary>OllamaSharp does not read the body of a stream that failed, so that nobody knows it; Ollama writes no codes into it.</summary>
    public static TheoryData<string, string> Streamed => Cases((Provider.Ollama, "429 of a used-up quota"));

    private static TheoryData<string, string> Cases(params (string, string)[] without)
    {
        var cases = new TheoryData<string, string>();
        foreach (var provider in new[] { Provider.OpenAI, Provider.Responses, Provider.Anthropic, Provider.Ollama })
        {
            foreach (var name in Misbehaviour.All.Keys.Where(name => !without.Contains((provider, name)))) cases.Add(provider, name);
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Whole))]
    public async Task A_failure_means_the_same_whoever_the_provider_is(string provider, string name)
    {
        var expected = Misbehaviour.All[name];
        await using var server = MisbehavingServer.Start(expected.Answer);
        await using var system = await AgentSystem.StartAsync(new FakeTimeProvider());
        using var client = Provider.ClientOf(provider, server.Url).AsBuilder().UseKairos(system.Kairos).Build();

        await Expect.FailureAsync(() => client.GetResponseAsync("hi"));

        expected.AssertIs(Assert.Single(await system.ErrorsAsync()));
        Assert.Equal(1, server.Requests);
    }

    [Theory]
    [MemberData(nameof(Streamed))]
    public async Task And_means_the_same_where_a_stream_was_asked_for(string provider, string name)
    {
        var expected = Misbehaviour.All[name];
        await using var server = MisbehavingServer.Start(expected.Answer);
        await using var system = await AgentSystem.StartAsync(new FakeTimeProvider());
        using var client = Provider.ClientOf(provider, server.Url).AsBuilder().UseKairos(system.Kairos).Build();

        await Expect.FailureAsync(() => client.GetStreamingResponseAsync("hi").ToChatResponseAsync());

        expected.AssertIs(Assert.Single(await system.ErrorsAsync()));
        Assert.Equal(1, server.Requests);
    }

    [Fact]
    public async Task A_port_that_refuses_is_the_models_error()
    {
        using var port = new RefusingPort();
        await using var system = await AgentSystem.StartAsync(new FakeTimeProvider());
        using var client = Provider.ClientOf(Provider.OpenAI, port.Url).AsBuilder().UseKairos(system.Kairos).Build();

        await Expect.FailureAsync(() => client.GetResponseAsync("hi"));

        var error = Assert.Single(await system.ErrorsAsync());
        Assert.Equal((ErrorCode.LlmError, true, Verdict.Count), (error.Code, error.Recoverable, error.Verdict));
    }

    [Theory]
    [InlineData("rate_limited", 429, "RateLimit", true)]
    [InlineData("insufficient_quota", 429, "RateLimit", false)]
    [InlineData("", 401, "Unauthorized", false)]
    public void Azures_core_exception_is_understood(string code, int status, string expected, bool recoverable)
    {
        var response = new AzureResponse(status, $$"""{"error":{"code":"{{code}}","message":"no"} }""", ("Retry-After", "9"));
        var exception = new Azure.RequestFailedException(response);

        var error = ErrorClassifier.Default.ForAgents().Classify(exception, new ClassificationContext("llm"));

        Assert.Equal((expected, recoverable, TimeSpan.FromSeconds(9)), (error.Code.ToString(), error.Recoverable, error.RetryAfter));
    }

    [Fact]
    public async Task An_applications_own_rule_comes_first()
    {
        await using var server = MisbehavingServer.Start(Answers.Status(500));
        await using var system = await AgentSystem.StartAsync(new FakeTimeProvider());
        var options = new ModelGuardOptions
        {
            Classifier = ErrorClassifier.Default.WithRule((exception, in context) => new KairosError(ErrorCode.Timeout, "by rule")),
        };
        using var client = Provider.ClientOf(Provider.OpenAI, server.Url).AsBuilder().UseKairos(system.Kairos, options: options).Build();

        await Expect.FailureAsync(() => client.GetResponseAsync("hi"));

        Assert.Equal("by rule", Assert.Single(await system.ErrorsAsync()).Message);
    }
}
