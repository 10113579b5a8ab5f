using Kairos.Extensions.AI.Tests.Agents;
using Kairos.Extensions.AI.Tests.Providers;
using Kairos.Tests.Calls;
using Kairos.Tests.Faults;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Kairos.Extensions.AI.Tests.Models;

/// <summary>Embedding models under a guard, and where guards come from.</summary>
public sealed class EmbeddingSpecs
{
    private const string Component = "llm/embeddings";
    private const string One = """{"object":"list","model":"m","data":[{"object":"embedding","index":0,"embedding":[0.5,1]}],"usage":{"prompt_tokens":1,"total_tokens":1}}""";

    [Fact]
    public async Task An_embedding_is_a_call_of_a_component_of_its_own()
    {
        await using var server = MisbehavingServer.Start(Answers.Ok(One));
        await using var system = await AgentSystem.StartAsync(new FakeTimeProvider(), null, "llm", Component);
        using var generator = Generator(server.Url).AsBuilder().UseKairos(system.Kairos).Build();

        var vector = (await generator.GenerateVectorAsync("text").Soon()).ToArray();
        Assert.True(vector is [0.5f, 1f]);

        server.Answer = Answers.Status(401);
        await Expect.FailureAsync(() => generator.GenerateVectorAsync("text"));
        await Assert.ThrowsAsync<CircuitOpenException>(() => generator.GenerateVectorAsync("text").Soon());
        Assert.Equal(ErrorCode.Unauthorized, Assert.Single(await system.ErrorsAsync(Component)).Code);
        Assert.Equal((2, 0), (server.Requests, system.Snapshot().Errors));
    }

    [Fact]
    public async Task Fewer_embeddings_than_inputs_are_a_failure()
    {
        await using var server = MisbehavingServer.Start(Answers.Ok(One));
        await using var system = await AgentSystem.StartAsync(new FakeTimeProvider(), null, Component);
        using var generator = Generator(server.Url).AsBuilder().UseKairos(system.Kairos).Build();

        await Assert.ThrowsAsync<ModelFailedException>(() => generator.GenerateAsync(["one", "two"]).Soon());

        var error = Assert.Single(await system.ErrorsAsync(Component));
        Assert.Equal((ErrorCode.LlmError, true), (error.Code, error.Recoverable));
    }

    [Fact]
    public async Task A_stall_ends_with_the_attempts_time()
    {
        var time = new FakeTimeProvider();
        await using var server = MisbehavingServer.Start(AgentFault.Stalls(time));
        await using var system = await AgentSystem.StartAsync(
            time, options => options.Component(Component, c => c with { Call = c.Call with { AttemptTimeout = AgentTurn.AttemptTimeout } }), Component);
        using var generator = Generator(server.Url).AsBuilder().UseKairos(system.Kairos).Build();

        var failed = Assert.IsType<ModelFailedException>(await Expect.FailureAsync(() => generator.GenerateAsync(["text"])));
        Assert.Equal((Component, ErrorCode.Timeout), (failed.Component, failed.Code));
        Assert.IsType<CallTimeoutException>(failed.InnerException);

        Assert.Equal((ErrorCode.Timeout, 1), (Assert.Single(await system.ErrorsAsync(Component)).Code, server.Requests));
    }

    [Fact]
    public async Task Kairos_comes_from_the_services_and_the_classifier_from_Kairos()
    {
        await using var server = MisbehavingServer.Start(Answers.Status(500));
        await using var system = await AgentSystem.StartAsync(new FakeTimeProvider(), options => options.Classifier = ErrorClassifier.Default
            .WithRule((exception, in context) => new KairosError(ErrorCode.NotFound, "by Kairos' rule")));
        await using var provider = new ServiceCollection().AddSingleton(_ => system.Kairos).BuildServiceProvider();
        using var client = Provider.ClientOf(Provider.OpenAI, server.Url).AsBuilder().UseKairos().Build(provider);

        await Expect.FailureAsync(() => client.GetResponseAsync("hi"));

        Assert.Equal("by Kairos' rule", Assert.Single(await system.ErrorsAsync()).Message);
        Assert.Equal("llm", client.GetRequiredService<ComponentGuard>().Component);
    }

    [Fact]
    public void A_name_that_is_none_is_refused_when_the_client_is_built()
    {
        var builder = Provider.ClientOf(Provider.OpenAI, new Uri("http://localhost/")).AsBuilder().UseKairos("Not A Name");

        Assert.Contains("Not A Name", Assert.Throws<ArgumentException>(() => builder.Build()).Message);
    }

    private static IEmbeddingGenerator<string, Embedding<float>> Generator(Uri url) =>
        Provider.OpenAIClient(url).GetEmbeddingClient("m").AsIEmbeddingGenerator();
}
